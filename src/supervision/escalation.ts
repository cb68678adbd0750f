import type { RunState } from '../journal.ts'
import type { Intervention } from '../state/redirection.ts'
import type { Sign } from './sign.ts'

/** What the supervisor does next, besides giving directions. */
export type Step = Pick<Intervention, 'step' | 'base'>

/** How far it may go. */
export interface Reach {
  /** Whether a fresh context and another model are any help to who plays the agent. */
  readonly escalates: boolean
  readonly hasStrongerModel: boolean
  /** Interventions in a row without a version after which the run ends. */
  readonly maxInterventions: number
}

/**
 * Directions alone at first. Where they do not help: a fresh context from the best version, an earlier version to take another
 * way from, a stronger model where there is one; then the same again, from other versions, until the run is given up. It begins
 * from the front when a version comes.
 */
export function nextStep(state: RunState, sign: Sign, reach: Reach): Step {
  const { fruitless } = state.redirection
  if (sign.kind === 'headroom') return { step: 'end' }
  if (!reach.escalates) return { step: 'redirect' }
  if (fruitless >= reach.maxInterventions) return { step: 'end' }
  if (fruitless === 0) return { step: 'redirect' }

  const best = state.versions.length - 1
  const branch = chooseBranch(state)
  const steps: readonly Step[] = [
    { step: 'fresh-context', base: best },
    ...(branch === null ? [] : [{ step: 'branch' as const, base: branch }]),
    ...(reach.hasStrongerModel ? [{ step: 'stronger-model' as const, base: best }] : []),
  ]
  return steps[(fruitless - 1) % steps.length] ?? { step: 'redirect' }
}

/**
 * The earlier version to branch from: of those that were least often branched from, the one nearest to half the way. Near
 * the best, what it has settled for is settled too; near the seed, nearly all is to be found anew. Null where there is none.
 */
function chooseBranch({ versions, redirection }: RunState): number | null {
  const best = versions.length - 1
  const taken = redirection.interventions.filter(({ step }) => step === 'branch').map(({ base }) => base)
  const timesTaken = (number: number): number => taken.filter((base) => base === number).length
  const offMiddle = (number: number): number => Math.abs(number - Math.floor(best / 2))
  const earlier = versions.slice(0, -1).map(({ number }) => number)
  const [first = null] = earlier.toSorted(
    (a, b) => timesTaken(a) - timesTaken(b) || offMiddle(a) - offMiddle(b),
  )
  return first
}

/** Whether the stronger model plays the agent: from its being called in until the next version or the next intervention. */
export function isStrongerCalled({
  versions,
  redirection,
}: Pick<RunState, 'versions' | 'redirection'>): boolean {
  const last = redirection.interventions.at(-1)
  return last?.step === 'stronger-model' && last.versions === versions.length
}
