import type { Tolerance } from './difference.ts'
import type { Candidate } from './process/program.ts'
import type { Random } from './random.ts'

/** What a task's author writes down: what is called in the candidate, on which inputs, and what is right. */
export interface ScoringTask<Configuration, Input> {
  readonly candidate: Candidate
  /**
   * Programs that a candidate can't be built or run without, a list where one of several will do: a machine that lacks one is
   * told how to install it, and no candidate is blamed.
   */
  readonly needs?: readonly (string | readonly string[])[]
  /** Every part of the score by its name, with what `input` and the others need to know about it. */
  readonly configurations: Readonly<Record<string, Configuration>>
  /** Configurations that the agent never hears of. They are not part of the score, but who fails one is incorrect. */
  readonly holdout?: Readonly<Record<string, Configuration>>
  /**
   * Makes an input, anew for every call of the candidate: plain data, or typed arrays, or lists and objects of both. It should
   * take from `random` what makes it different: a candidate may remember what it was given. Where inputs can't differ, say
   * `fresh: 'sample'`.
   */
  input(configuration: Configuration, random: Random): Input

  /** The right output. `tolerance` says how near an output has to come. */
  reference?(configuration: Configuration, input: Input): unknown
  readonly tolerance?: Tolerance
  /**
   * Instead of a reference, where there are many right outputs: true, or what is wrong with this one, which can be any plain
   * data. What the check throws counts as a wrong output.
   */
  check?(configuration: Configuration, input: Input, output: unknown): boolean | string
  /** Whether the candidate must leave its arguments as they are. It is asked for them after each timed answer. */
  readonly keepsInput?: boolean

  /** What a configuration's score is: `work` done per second (the default, higher is better), or the seconds of a call. */
  readonly score?: 'per-second' | 'seconds'
  /** How much work an input is: 1 by default, so that calls per second are the score. */
  work?(configuration: Configuration, input: Input): number
  /**
   * For a score that is not the time alone: what an output is worth that took so many seconds, above 0. The mean over the
   * samples is the score.
   */
  value?(configuration: Configuration, input: Input, output: unknown, seconds: number): number
  /** The least and the highest score to be believed at once. A better or worse one is held: measured again, and flagged. */
  plausible?(configuration: Configuration): readonly [least: number, highest: number]

  /** A fresh process for each evaluation (the default), or for each sample, without warm-up: then nothing can be kept. */
  readonly fresh?: 'evaluation' | 'sample'
  /** Whether the channel's time is part of the score (the default), or taken out as far as no candidate can shorten it. */
  readonly channel?: 'included' | 'subtracted'

  /** Least samples of a configuration: 5 by default, 1 where `value` is the score. */
  readonly samples?: number
  /** How long to go on taking samples of all configurations: 0.5 by default, 0 where `value` is the score. */
  readonly budgetSeconds?: number
  /** How long one sample may take: 10 by default. */
  readonly timeoutSeconds?: number
  /** How long building and loading may take: 30 by default. */
  readonly startTimeoutSeconds?: number
  /** How large an answer may be: 256 MiB by default. */
  readonly maxOutputBytes?: number
  /** The candidate's memory, where the sandbox has a limit on it. */
  readonly memoryBytes?: number
}
