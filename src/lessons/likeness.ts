import { toTerms } from '../knowledge/terms.ts'

const FIGURE = /^\p{N}+$/u
/** A name in code marks, as of a recipe or a function. */
const NAME = /`([^`\n]+)`/g

/**
 * Likeness from which two texts tell of the same idea. Of 48 pairs in tests/lessons/idea-pairs.ts, half of which are the same idea
 * in other words, it is wrong about 3: 0.5 and 0.6 are wrong about 3 and 6.
 */
const SAME_IDEA = 0.55

/** Whether two texts tell of the same idea, as far as their words show. */
export function isSameIdea(one: string, other: string): boolean {
  return likeness(one, other) >= SAME_IDEA
}

/**
 * How far two texts say the same, from 0 to 1: the part of their words that they share. Endings of words, their order and
 * figures don't count, so that two block sizes are one idea; what different names in code marks stand for is never the same.
 */
export function likeness(one: string, other: string): number {
  const [names, otherNames] = [namesIn(one), namesIn(other)]
  if (names.size > 0 && otherNames.size > 0 && names.isDisjointFrom(otherNames)) return 0
  const [words, others] = [wordsOf(one), wordsOf(other)]
  if (words.size + others.size === 0) return one.trim() === other.trim() ? 1 : 0
  return (2 * words.intersection(others).size) / (words.size + others.size)
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(NAME)].flatMap(([, name = '']) => name.trim()))
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(toTerms(text).filter((term) => !FIGURE.test(term)))
}
