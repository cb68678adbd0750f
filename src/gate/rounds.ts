import type { ConfigurationChange, Round, Rules, Stage } from '../measurement.ts'
import {
  type ConfigurationScore,
  type CorrectScore,
  type Direction,
  geometricMean,
  logGain,
  scoreOf,
} from '../score.ts'
import { mean } from './statistics.ts'

/** A round in which both were scored. */
export interface ScoredRound extends Round {
  readonly candidate: CorrectScore
  readonly reference: CorrectScore
}

/** The rounds in which both were scored, oldest first. */
export function scoredRounds(rounds: readonly Round[]): readonly ScoredRound[] {
  return rounds.filter(isScored)
}

export function isScored(round: Round): round is ScoredRound {
  return round.candidate.correct && round.reference.correct
}

/**
 * The rounds of some stages that count: both were scored, and the machine was steady, so far as that can be known. A candidate's
 * score counts only between two scores of the version that agree, or would but for one that is alone with what it says: single
 * scores that are far off happen to both, so they stay for both. If only the version's were left out, two copies of the same
 * files would no longer come out even. It is the version's scores that tell, never the candidate's: a candidate that is slow
 * now and then is slow, and its bad rounds stay. A round that is not closed yet may count later; those that count never cease to.
 */
export function countedRounds(
  rounds: readonly Round[],
  { drift }: Pick<Rules, 'drift'>,
  ...stages: readonly Stage[]
): readonly ScoredRound[] {
  return rounds
    .filter((_round, index) => drift === null || isSteady(rounds, index, drift))
    .filter(isScored)
    .filter(({ stage }) => stages.includes(stage))
}

/**
 * Whether the version was at one level right before and right after the candidate. Where its two scores differ, one of them may
 * be far off by itself: then the score on the other side of it is like the one that is left.
 */
function isSteady(rounds: readonly Round[], index: number, drift: number): boolean {
  const round = rounds[index]
  if (round?.first === null) return true
  const before = round?.first === 'candidate' ? index - 1 : index
  const after = before + 1
  return [
    [before, after],
    [before - 1, after],
    [before, after + 1],
  ].some(([one = -1, other = -1]) => changeOfReference(rounds[one], rounds[other]) <= drift)
}

/** How far a version's score moved from one round to another, as a logarithm; beyond measure where it can't be compared. */
function changeOfReference(one: Round | undefined, other: Round | undefined): number {
  if (one?.against !== other?.against || !one?.reference.correct || !other?.reference.correct)
    return Number.POSITIVE_INFINITY
  return Math.abs(Math.log(one.reference.value / other.reference.value))
}

/**
 * d_r: the mean over the configurations of ln(candidate / reference), its sign turned where lower is better. The geometric
 * means of the scores have the same ratio.
 */
export function roundGain({ candidate, reference }: ScoredRound, direction: Direction): number {
  return logGain(candidate.value, reference.value, direction)
}

/** The same for one configuration: nothing is worse than not to have it any more, and without it on the other side there is no gain. */
export function configurationGain(
  { candidate, reference }: ScoredRound,
  configuration: string,
  direction: Direction,
): number {
  const value = scoreOf(candidate, configuration)
  const against = scoreOf(reference, configuration)
  if (against === undefined) return 0
  return value === undefined ? Number.NEGATIVE_INFINITY : logGain(value, against, direction)
}

/** The mean gain of each configuration over some rounds, as fractions, the smallest first. */
export function configurationChanges(
  rounds: readonly ScoredRound[],
  direction: Direction,
): readonly ConfigurationChange[] {
  const names = rounds[0]?.candidate.scores.map(({ configuration }) => configuration) ?? []
  return names
    .map((configuration) => ({
      configuration,
      change: Math.expm1(mean(rounds.map((round) => configurationGain(round, configuration, direction)))),
    }))
    .toSorted((a, b) => a.change - b.change)
}

/** What several scores of one solution come to: the geometric mean of each configuration, and the last one's feedback. */
export function meanScore(scores: readonly CorrectScore[]): CorrectScore {
  const last = scores.at(-1)
  if (last === undefined) throw new RangeError('mean of no scores')
  if (scores.length === 1) return last
  const average = ({ configuration }: ConfigurationScore): ConfigurationScore => ({
    configuration,
    value: geometricMean(scores.flatMap((score) => scoreOf(score, configuration) ?? [])),
  })
  const values = last.scores.map(average)
  const value = geometricMean(values.map(({ value }) => value))
  return { ...last, value, scores: values, ...(last.holdout && { holdout: last.holdout.map(average) }) }
}
