import { toTerms } from '../knowledge/terms.ts'

const FIGURE = /^\p{N}+$/u

/**
 * How far two texts say the same, from 0 to 1: the part of their words that they share. Endings of words, their order and
 * figures don't count, so that two block sizes are one idea.
 */
export function likeness(one: string, other: string): number {
  const [words, others] = [wordsOf(one), wordsOf(other)]
  if (words.size + others.size === 0) return one.trim() === other.trim() ? 1 : 0
  return (2 * words.intersection(others).size) / (words.size + others.size)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(toTerms(text).filter((term) => !FIGURE.test(term)))
}
