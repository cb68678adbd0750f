/** A source of numbers that are uniform in [0, 1). */
export type Random = () => number

/**
 * A source that gives the same numbers for the same seed: sfc32 of Doty-Humphrey's PractRand, 128 bits of state, its first
 * numbers thrown away so that near seeds give unlike numbers.
 */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, Math.floor(seed / 2 ** 32) | 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let skipped = 0; skipped < 15; skipped++) next()
  return next
}
