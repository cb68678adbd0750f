/** The middle one of some numbers: half of them may be disturbed without moving it. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** How far apart numbers lie, relative to their median: 1.4826 times the median deviation, which is σ for normal noise. */
export function relativeSpread(values: readonly number[]): number {
  const center = median(values)
  return (1.4826 * median(values.map((value) => Math.abs(value - center)))) / center
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
