import type { DirectionKind, ProposedDirection } from '../state/redirection.ts'

/** A way of choosing the next change, as the supervisor may direct the builtin model to. */
export type Strategy = 'recipes' | 'constants' | 'combine' | 'restart'

/** How the supervisor sees each. */
const KINDS: Readonly<Record<Strategy, DirectionKind>> = {
  combine: 'combine',
  restart: 'explore',
  recipes: 'algorithm',
  constants: 'refine',
}

/**
 * Every strategy with a sentence that says what it does, in the order in which a search that stalls may take them.
 * Undirected, the builtin model takes recipes, then constants.
 */
export const STRATEGIES: readonly { readonly name: Strategy; readonly sentence: string }[] = [
  { name: 'combine', sentence: 'apply two recipes at once, so that the first may cost what the second wins' },
  { name: 'restart', sentence: 'go back to an earlier version and try what was not tried from there' },
  { name: 'recipes', sentence: 'apply one recipe of the knowledge base at one place' },
  { name: 'constants', sentence: 'change one number in the code' },
]

/** A direction that names a strategy, as the builtin model understands it. */
export function toDirection({ name, sentence }: (typeof STRATEGIES)[number]): ProposedDirection {
  return { kind: KINDS[name], what: `strategy: ${name}: ${sentence}`, why: '', read: [], giveUp: '' }
}

/** The strategy that a text of directions names first, or null where it names none that is known. */
export function parseStrategy(directions: string): Strategy | null {
  for (const [, name] of directions.matchAll(/\bstrategy:\s*`?([a-z]+)/gi)) {
    const strategy = STRATEGIES.find((one) => one.name === name?.toLowerCase())
    if (strategy !== undefined) return strategy.name
  }
  return null
}
