import type { Usage } from '../events.ts'
import type { RunState } from '../journal.ts'
import type { ProposedDirection, SignKind } from '../redirection.ts'
import type { Sign } from './sign.ts'

/** New directions for the agent, and what it cost to find them. */
export interface Directions {
  readonly directions: readonly ProposedDirection[]
  readonly usage: Usage
  readonly costUsd: number | null
}

/** Where directions come from: a review by a model, or a rotation of known ones. */
export type Review = (sign: Sign, state: RunState, signal: AbortSignal) => Promise<Directions>

/** What to try when nobody reviews the search: one direction of each kind, in the order in which they have their turn. */
export const GENERAL_DIRECTIONS: readonly ProposedDirection[] = [
  {
    kind: 'algorithm',
    what: 'Take another algorithm instead of better constants: find out which steps the present one can not avoid, and do without them.',
    why: 'What an algorithm costs in steps, no tuning takes away.',
    read: ['the documents of the knowledge base that speak of the problem itself'],
    giveUp: 'when the other algorithm is correct and far slower at every size',
  },
  {
    kind: 'profile',
    what: 'Measure first: time the parts of the best version by themselves, and change only the part that takes most.',
    why: 'What has been tried may have been beside the point.',
    read: [],
    giveUp: 'when no part takes more than a tenth of the time',
  },
  {
    kind: 'explore',
    what: 'Change how the whole is put together: the layout of the data, the order of the passes, what is done ahead and what is put off.',
    why: 'Small steps from where the search stands have been tried.',
    read: ['an early version that took another way'],
    giveUp: 'when the new layout is correct, has been tuned once and is still well behind',
  },
  {
    kind: 'combine',
    what: 'Combine two attempts or versions that did different things well, also one that was rejected for what the other mends.',
    why: 'Each may have lacked what the other has.',
    read: ['the rejected attempt that came nearest, and the best version'],
    giveUp: 'when the two turn out to save the same work',
  },
  {
    kind: 'simplify',
    what: 'Take away: special cases, copies, checks and layers whose result is not needed, is always the same, or is known from before.',
    why: 'What is not done takes no time, and shows what is left.',
    read: ['the longest file of the solution'],
    giveUp: 'when everything that is left is needed for correctness',
  },
  {
    kind: 'refine',
    what: 'Go on from the change that gained most: take the same idea to the places where it was not used yet, one small change at a time.',
    why: 'An idea that worked once has seldom been used up.',
    read: ['the version with the largest gain'],
    giveUp: 'when two places in a row gain nothing',
  },
  {
    kind: 'unlikely',
    what: 'Write down five ideas, and try the one that you think least likely to help.',
    why: 'What you expect to work, you have tried.',
    read: [],
    giveUp: 'when it has been measured once and is clearly worse',
  },
]

/** What mends a bad habit goes before what is good in general. */
const REMEDIES: Partial<Record<SignKind, ProposedDirection>> = {
  unevaluated: {
    kind: 'refine',
    what: 'Make one small change, and call `evaluate` at once; only then make the next. Submit the first that is better.',
    why: 'Changes that nobody has measured have been piled up on one another.',
    read: [],
    giveUp: 'when five changes that were measured one by one have gained nothing',
  },
  unedited: {
    kind: 'explore',
    what: 'Change the solution before you evaluate again: write the boldest change that you have thought of, whole, and then measure it.',
    why: 'The scores of what is there are known; measuring them again changes nothing.',
    read: [],
    giveUp: 'when the change can not be made correct',
  },
  cycle: {
    kind: 'explore',
    what: 'Leave both of the solutions that came in turns; change another part of the program than the one in which they differ.',
    why: 'Which of the two is better is known, and neither leads on.',
    read: ['the record of the attempts'],
    giveUp: 'when you find yourself back at one of the two',
  },
  'same-solution': {
    kind: 'explore',
    what: 'Make a change to a file or a function that you have not touched yet.',
    why: 'The same files have been evaluated again and again; their score is known.',
    read: ['the list of files of the solution'],
    giveUp: 'when nothing outside of what you have touched takes any time',
  },
  'same-failure': {
    kind: 'simplify',
    what: 'Go back to the best version and find the smallest change that does not fail in this way; first find out what the failure is, apart from the idea.',
    why: 'The same failure has come each time, whatever the idea was.',
    read: ['what the scorer said about the failure'],
    giveUp: 'when the failure comes with the smallest change, too',
  },
  'same-idea': {
    kind: 'explore',
    what: 'Leave this idea, whatever its figures: ask `search_attempts` what has been tried, and take an idea that is not among it, for another part of the program.',
    why: 'The same idea has come to nothing each time, in other words or with other figures.',
    read: ['the record of the attempts'],
    giveUp: 'when it turns out to be the same idea again',
  },
  'standing-still': {
    kind: 'profile',
    what: 'Do something that you have not done in this run: time one part of the solution with a small script of yours, and change what the figures point at.',
    why: 'Calls that were made before have been made again; they show nothing new.',
    read: [],
    giveUp: 'when the figures point at nothing that can be changed',
  },
}

/** Directions that one intervention of the rotation gives. */
const AT_A_TIME = 3

/** Directions by rotation: what mends the sign's own trouble, unless that was in vain, and the next of the general ones, so that each has its turn. */
export function createRotation(directions: readonly ProposedDirection[] = GENERAL_DIRECTIONS): Review {
  return async ({ kind }, { redirection, versions }) => {
    const remedy = REMEDIES[kind]
    const inVain = redirection.interventions
      .filter((intervention) => intervention.versions === versions.length)
      .flatMap((intervention) => intervention.directions.map(({ what }) => what))
    const first = remedy === undefined || inVain.includes(remedy.what) ? [] : [remedy]
    const given = redirection.interventions
      .flatMap((intervention) => intervention.directions)
      .filter(({ what }) => directions.some((general) => general.what === what)).length
    const next = Array.from({ length: AT_A_TIME - first.length }, (_, index) => given + index)
    const general = next.flatMap((index) => directions[index % directions.length] ?? [])
    return { directions: [...first, ...general], ...NOTHING_SPENT }
  }
}

/** One direction at a time, each in its turn, for who understands no others. */
export function createTurns(directions: readonly ProposedDirection[]): Review {
  return async (_sign, { redirection }) => {
    const turn = redirection.interventions.length % directions.length
    return { directions: directions.slice(turn, turn + 1), ...NOTHING_SPENT }
  }
}

const NOTHING_SPENT: Omit<Directions, 'directions'> = {
  usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
  costUsd: 0,
}
