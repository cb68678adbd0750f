/** Arithmetic mean. Throws a `RangeError` where there is nothing to take it of. */
export function mean(values: readonly number[] | Float64Array): number {
  if (values.length === 0) throw new RangeError('mean of no values')
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Standard deviation of what the values are a sample of (n − 1 in the denominator); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** The value below which the part `level` of the sorted values lies, linear in between (type 7 of Hyndman & Fan, 1996). */
export function quantile(sorted: ArrayLike<number>, level: number): number {
  const position = level * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** The value in the middle; of an even number the mean of the two. */
export function median(values: readonly number[] | Float64Array): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** Chance that a standard normal variable is below `x` (Abramowitz & Stegun 7.1.26; error below 1e-7). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = (series * Math.exp((-x * x) / 2)) / 2
  return x < 0 ? tail : 1 - tail
}

/**
 * The value that Student's t passes on either side with a chance of 5%, for three degrees of freedom or more (expansion of
 * Cornish & Fisher, Abramowitz & Stegun 26.7.5; within 1%).
 */
export function studentQuantile95(degrees: number): number {
  const z = 1.959964
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ]
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0)
}
