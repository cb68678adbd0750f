import { CandidateFailure } from './failure.ts'
import type { Series } from './measure.ts'
import type { Plan } from './plan.ts'
import { mean, median, relativeSpread } from './statistics.ts'

/** However much of a sample the echo takes, this part of it stays: noise must not turn into a time of nothing. */
const LEAST_SHARE = 0.1

/** How the score of a configuration came about. */
export interface ConfigurationMetrics {
  readonly samples: number
  /** Median time of a call, the channel included. */
  readonly seconds: number
  /** How far the samples lie apart: a robust standard deviation, relative to the median. */
  readonly spread: number
  /** What the channel takes of that time, as an echo shows it. */
  readonly channelSeconds: number
}

/**
 * The score of every configuration: of times the median, because half of the samples may be disturbed without moving it, and
 * because the fastest one would be that of the easiest input; of values the mean. Throws a `CandidateFailure` where a score
 * is no finite number above 0.
 */
export function toScores<Configuration, Input>(
  plan: Plan<Configuration, Input>,
  series: readonly Series<Configuration>[],
  channelSeconds: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    series.map(({ name, samples }) => {
      const channel = plan.task.channel === 'subtracted' ? (channelSeconds.get(name) ?? 0) : 0
      const timeOf = (seconds: number): number => Math.max(seconds - channel, seconds * LEAST_SHARE)
      const score =
        plan.score === 'value'
          ? mean(samples.map(({ value }) => value))
          : plan.score === 'seconds'
            ? median(samples.map(({ seconds }) => timeOf(seconds)))
            : median(samples.map(({ seconds, work }) => work / timeOf(seconds)))
      if (!Number.isFinite(score) || score <= 0)
        throw new CandidateFailure(`${name}: a score is a finite number above 0, and this one is ${score}`)
      return [name, score]
    }),
  )
}

/** What there is to know about how the scores came about. */
export function toMetrics<Configuration>(
  series: readonly Series<Configuration>[],
  channelSeconds: ReadonlyMap<string, number>,
): Readonly<Record<string, ConfigurationMetrics>> {
  return Object.fromEntries(
    series.map(({ name, samples }) => {
      const seconds = samples.map((sample) => sample.seconds)
      const spread = relativeSpread(seconds)
      const channel = channelSeconds.get(name) ?? Number.NaN
      return [name, { samples: samples.length, seconds: median(seconds), spread, channelSeconds: channel }]
    }),
  )
}
