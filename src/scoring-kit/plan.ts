import { firstDifference } from './difference.ts'
import { CandidateFailure } from './failure.ts'
import type { CandidateLimits } from './process/candidate-process.ts'
import { isModuleFile } from './process/program.ts'
import type { ScoringTask } from './task.ts'

/** A configuration of the manifest: fixed before the candidate starts. */
export interface PlannedConfiguration<Configuration> {
  readonly name: string
  readonly parameters: Configuration
}

/** A task that makes sense, with everything filled in. */
export interface Plan<Configuration, Input> {
  readonly task: ScoringTask<Configuration, Input>
  readonly configurations: readonly PlannedConfiguration<Configuration>[]
  readonly holdout: readonly PlannedConfiguration<Configuration>[]
  readonly score: 'per-second' | 'seconds' | 'value'
  readonly fresh: 'evaluation' | 'sample'
  readonly samples: number
  readonly budgetSeconds: number
  readonly limits: CandidateLimits
  /** Each by its names, of which one will do. */
  readonly needs: readonly (readonly string[])[]
  /** Throws a `CandidateFailure` where an output is wrong. */
  judge(parameters: Configuration, input: Input, output: unknown): void
  work(parameters: Configuration, input: Input): number
  /** NaN where times are the score. Throws a `CandidateFailure` where an output has no value. */
  value(parameters: Configuration, input: Input, output: unknown, seconds: number): number
}

/** Checks what the author wrote. Throws a `TypeError` that says what is wrong with it. */
export function toPlan<Configuration, Input>(
  task: ScoringTask<Configuration, Input>,
): Plan<Configuration, Input> {
  demandSense(task)
  const isValue = task.value !== undefined
  return {
    task,
    configurations: toManifest(task.configurations),
    holdout: toManifest(task.holdout ?? {}),
    score: isValue ? 'value' : (task.score ?? 'per-second'),
    fresh: task.fresh ?? 'evaluation',
    samples: positive(task.samples ?? (isValue ? 1 : 5), 'samples'),
    budgetSeconds: task.budgetSeconds ?? (isValue ? 0 : 0.5),
    limits: {
      timeoutSeconds: positive(task.timeoutSeconds ?? 10, 'timeoutSeconds'),
      startTimeoutSeconds: positive(task.startTimeoutSeconds ?? 30, 'startTimeoutSeconds'),
      maxOutputBytes: positive(task.maxOutputBytes ?? 256 * 1024 * 1024, 'maxOutputBytes'),
      memoryBytes: task.memoryBytes,
    },
    needs: (task.needs ?? []).map((names) => (typeof names === 'string' ? [names] : names)),
    judge(parameters, input, output) {
      const mistake = task.reference
        ? firstDifference(task.reference(parameters, input), output, task.tolerance)
        : toMistake(attempt('the check', () => (task.check ? task.check(parameters, input, output) : true)))
      if (mistake !== null) throw new CandidateFailure(`wrong output: ${mistake}`)
    },
    work: (parameters, input) => positive(task.work?.(parameters, input) ?? 1, 'work'),
    value(parameters, input, output, seconds) {
      const value = attempt('the value', () =>
        task.value ? task.value(parameters, input, output, seconds) : Number.NaN,
      )
      demand(typeof value === 'number', 'value returns a number')
      return value
    },
  }
}

function demandSense<Configuration, Input>(task: ScoringTask<Configuration, Input>): void {
  const { candidate, check, reference, value, configurations, holdout = {} } = task
  const isModule = 'module' in candidate
  const kinds = ['module', 'library', 'command'].filter((kind) => kind in candidate)
  demand(
    kinds.length === 1,
    'candidate is one of { module, function }, { library, function } and { command }',
  )
  if ('library' in candidate)
    demand(
      isInside(candidate.library) && typeof candidate.function === 'string',
      'candidate.library is a file in the candidate’s directory, and candidate.function a name in it',
    )
  if (isModule)
    demand(
      isModuleFile(candidate.module) && isInside(candidate.module) && typeof candidate.function === 'string',
      'candidate.module is a .js, .mjs, .cjs, .ts, .mts, .cts or .py file in the candidate’s directory, and candidate.function a name in it',
    )
  demand(typeof task.input === 'function', 'input is a function of a configuration and random numbers')
  demand(
    !(check && reference) && Boolean(check ?? reference ?? value),
    'there is one of check and reference; only a value can do without',
  )
  demand(!value || (!task.score && !task.work), 'value is the score; score and work are for times')
  // Authors write JavaScript as a rule: nobody else looks at their words.
  demand(isOneOf(task.score, ['per-second', 'seconds']), 'score is per-second or seconds')
  demand(isOneOf(task.fresh, ['evaluation', 'sample']), 'fresh is evaluation or sample')
  demand(isOneOf(task.channel, ['included', 'subtracted']), 'channel is included or subtracted')
  const subtracts = task.channel === 'subtracted'
  const isFunction = !('command' in candidate)
  demand(
    !subtracts || (isFunction && !value),
    'the channel can be subtracted from the times of a function only',
  )

  demand(Object.keys(configurations).length > 0, 'there is at least one configuration')
  for (const name of [...Object.keys(configurations), ...Object.keys(holdout)])
    demand(
      /^[^\p{Cc}]{1,200}$/u.test(name) && name !== '__proto__',
      `the name of a configuration is one line of at most 200 characters, not ${JSON.stringify(name)}`,
    )
  const both = Object.keys(holdout).filter((name) => Object.hasOwn(configurations, name))
  demand(both.length === 0, 'no configuration is in the holdout as well')
}

function toManifest<Configuration>(
  record: Readonly<Record<string, Configuration>>,
): readonly PlannedConfiguration<Configuration>[] {
  return Object.entries(record).map(([name, parameters]) => ({ name, parameters }))
}

/** An output can be of any kind: what fails on it was not made for it. */
function attempt<Result>(what: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CandidateFailure(`wrong output: ${what} fails on it: ${reason}`)
  }
}

function toMistake(verdict: unknown): string | null {
  if (typeof verdict === 'string') return verdict
  demand(typeof verdict === 'boolean', 'check returns true, false or a text')
  return verdict ? null : 'it is not what it should be'
}

function isOneOf(word: unknown, words: readonly string[]): boolean {
  return word === undefined || words.some((known) => known === word)
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..')
}

function positive(value: number, name: string): number {
  demand(Number.isFinite(value) && value > 0, `${name} is a number above 0, not ${value}`)
  return value
}

function demand(holds: boolean, rule: string): void {
  if (!holds) throw new TypeError(`scoreCandidate: ${rule}`)
}
