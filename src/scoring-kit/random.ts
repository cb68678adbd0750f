import { createHash, randomBytes } from 'node:crypto'

/** Random numbers that a candidate can't foresee. Each input gets its own, so that one input says nothing about the next. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  (): number
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** An item of a list, or a character of a text. */
  pick<Item>(items: ArrayLike<Item>): Item
  /** The same array, in another order. */
  shuffle<Items extends { [index: number]: unknown; readonly length: number }>(items: Items): Items
}

/** A source for one purpose of an evaluation, named by what it is for. */
export type RandomSource = (...purpose: readonly (string | number)[]) => Random

/**
 * Sources from a secret: the same secret and purpose give the same numbers, so that two candidates can be measured on the
 * same inputs. Without a secret nobody can have them again.
 */
export function createRandomSource(secret: string = randomBytes(32).toString('hex')): RandomSource {
  return (...purpose) =>
    createRandom(
      createHash('sha256')
        .update(JSON.stringify([secret, ...purpose]))
        .digest(),
    )
}

/** xoshiro128** (Blackman and Vigna, 2018), seeded by 16 bytes. */
export function createRandom(seed: Buffer): Random {
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => seed.readUInt32LE(at)) as [number, number, number, number]

  function nextWord(): number {
    const word = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return word
  }
  function random(): number {
    return ((nextWord() >>> 5) * 2 ** 26 + (nextWord() >>> 6)) / 2 ** 53
  }
  function integer(low: number, high: number): number {
    return low + Math.floor(random() * (high - low + 1))
  }
  return Object.assign(random, {
    integer,
    pick<Item>(items: ArrayLike<Item>): Item {
      if (items.length === 0) throw new RangeError('there is nothing to pick from')
      return items[integer(0, items.length - 1)] as Item
    },
    shuffle<Items extends { [index: number]: unknown; readonly length: number }>(items: Items): Items {
      for (let last = items.length - 1; last > 0; last--) {
        const other = integer(0, last)
        const held = items[last]
        items[last] = items[other]
        items[other] = held
      }
      return items
    },
  })
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
