import type { Random } from './random.ts'
import { mean, normalCdf, quantile, studentQuantile95 } from './statistics.ts'

const RESAMPLES = 10_000

/**
 * Where the mean of what the values are a sample of lies, 95 times out of 100, by the bootstrap (Efron, Annals of Statistics
 * 7, 1979): percentiles of the means of samples drawn from the values with replacement. Of a few values the plain percentiles
 * are too narrow (83 of 100 for five), so they are taken further out, by as much as Student's t is wider than the normal
 * distribution: Hesterberg's expanded percentile interval (The American Statistician 69, 2015). Null for a single value.
 */
export function meanInterval(
  values: readonly number[],
  random: Random,
): readonly [low: number, high: number] | null {
  const count = values.length
  if (count < 2) return null
  // Of two to four values the percentiles are so far out that they are the least and the greatest one.
  if (count < 5) return [Math.min(...values), Math.max(...values)]
  const means = resampleMeans(values, random)
  const tail = normalCdf(-Math.sqrt(count / (count - 1)) * studentQuantile95(count - 1))
  return [quantile(means, tail), quantile(means, 1 - tail)]
}

/**
 * How far from zero the mean (or another average) of `size` rounds between two copies of one version lies by chance: no further,
 * in the part `level` of all cases. Neither copy is the better one, so a round counts with either sign.
 */
export function noiseOfMean(
  values: readonly number[],
  size: number,
  level: number,
  random: Random,
  average: (values: Float64Array) => number = mean,
): number {
  const drawn = new Float64Array(size)
  const distances = new Float64Array(RESAMPLES)
  for (let index = 0; index < RESAMPLES; index++) {
    for (let draw = 0; draw < size; draw++) drawn[draw] = pick(values, random) * (random() < 0.5 ? -1 : 1)
    distances[index] = Math.abs(average(drawn))
  }
  return quantile(distances.sort(), level)
}

/** Means of as many draws as there are values, in ascending order. */
function resampleMeans(values: readonly number[], random: Random): Float64Array {
  const means = new Float64Array(RESAMPLES)
  for (let index = 0; index < RESAMPLES; index++) {
    let sum = 0
    for (let drawn = 0; drawn < values.length; drawn++) sum += pick(values, random)
    means[index] = sum / values.length
  }
  return means.sort()
}

function pick(values: readonly number[], random: Random): number {
  return values[Math.floor(random() * values.length)] ?? Number.NaN
}
