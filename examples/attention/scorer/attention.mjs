import { randomInt } from 'node:crypto'

/** Inputs of attention, what is right, and how much work it is. */

const WIDTH = 64
/** Of an output, so many rows are computed anew, and the last one of each head: which ones, nobody knows before the output is here. */
const CHECKED_ROWS = 48
/**
 * How far from the reference in double precision an output may be: what single precision can do in any order of the sums, and
 * half precision can't.
 */
const TOLERANCE = 2e-4

/** The same number of rows in heads of several lengths, with and without a causal mask. */
export function listConfigurations(rows, lengths) {
  return Object.fromEntries(
    lengths.flatMap((length) =>
      [false, true].map((causal) => [
        `${length}${causal ? ' causal' : ''}`,
        { length, heads: rows / length, causal },
      ]),
    ),
  )
}

/** Every row of the short ones is looked at. Lengths that are no multiple of a block lie below one, above some, and above all that count on a CPU. */
export const HOLDOUT = {
  'one row': { length: 1, heads: 3, causal: false },
  'a length of no power of two': { length: 77, heads: 3, causal: false },
  'the same, causal': { length: 77, heads: 3, causal: true },
  'some blocks and a part of one': { length: 333, heads: 2, causal: false },
  'some blocks and a part of one, causal': { length: 333, heads: 2, causal: true },
  'longer than any that counts': { length: 1_100, heads: 1, causal: false },
  // What is written past the end of an array of 1,024 numbers does no harm as long as it ends in the same page of memory.
  'twice as long, causal': { length: 2_100, heads: 1, causal: true },
}

/** The arguments of a call, in the order of the function's. */
export function makeInput({ length, heads, causal }, random) {
  const size = heads * length * WIDTH
  const [q, k, v] = [sharpen(spread(size, random), random), spread(size, random), spread(size, random)]
  return [q, k, v, { output: 'float32', length: size }, heads, length, causal ? 1 : 0]
}

/** True, or what is wrong with an output. */
export function checkOutput({ length, heads, causal }, [q, k, v], output) {
  if (!(output instanceof Float32Array) || output.length !== q.length)
    return 'it is not as long as it should be'
  const rows = heads * length
  const isSmall = rows < 2 * CHECKED_ROWS * heads
  const checked = isSmall ? rows : heads + CHECKED_ROWS
  for (let count = 0; count < checked; count++) {
    const lastOfHead = (count + 1) * length - 1
    const row = isSmall ? count : count < heads ? lastOfHead : randomInt(rows)
    const mistake = checkRow(row, { length, causal, q, k, v, output })
    if (mistake !== null) return mistake
  }
  return true
}

/** Thousands of millions of multiplications and additions in a call. */
export function countWork({ length, heads, causal }) {
  return (4 * heads * length ** 2 * WIDTH) / (causal ? 2 : 1) / 1e9
}

/** Numbers from -√3 to √3: their deviation is 1. */
function spread(size, random) {
  const numbers = new Float32Array(size)
  for (let i = 0; i < size; i++) numbers[i] = (2 * random() - 1) * Math.sqrt(3)
  return numbers
}

/** Makes a few queries so long that their weights can't be computed without taking the largest from all. */
function sharpen(queries, random) {
  for (let row = 0; row < queries.length / WIDTH; row++)
    if (random() < 1 / 32) for (let c = 0; c < WIDTH; c++) queries[row * WIDTH + c] *= 40
  return queries
}

/** A row of the output beside its reference, in double precision. Null where they agree. */
function checkRow(row, { length, causal, q, k, v, output }) {
  const first = row - (row % length)
  const end = causal ? row + 1 : first + length
  const scores = []
  for (let j = first; j < end; j++) {
    let sum = 0
    for (let c = 0; c < WIDTH; c++) sum += q[row * WIDTH + c] * k[j * WIDTH + c]
    scores.push(sum / Math.sqrt(WIDTH))
  }
  const largest = scores.reduce((a, b) => Math.max(a, b))
  const sums = new Float64Array(WIDTH)
  let total = 0
  for (const [index, score] of scores.entries()) {
    const weight = Math.exp(score - largest)
    total += weight
    for (let c = 0; c < WIDTH; c++) sums[c] += weight * v[(first + index) * WIDTH + c]
  }
  for (let c = 0; c < WIDTH; c++) {
    const expected = sums[c] / total
    const found = output[row * WIDTH + c]
    // Written so that what is no number is a mistake.
    if (!(Math.abs(found - expected) <= TOLERANCE * (1 + Math.abs(expected))))
      return `row ${row % length} of head ${Math.floor(row / length)}, column ${c}: ${found}, expected ${expected}`
  }
  return null
}
