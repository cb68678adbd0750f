import type { RecordedEvent } from './events.ts'
import type { Version } from './lineage.ts'

/** Kinds of change that differ from one another; `unlikely` is what is least likely to help, and so was never tried. */
export const DIRECTION_KINDS = [
  'refine',
  'explore',
  'combine',
  'simplify',
  'profile',
  'algorithm',
  'unlikely',
] as const

export type DirectionKind = (typeof DIRECTION_KINDS)[number]

/** What the agent is to try, as it is proposed. */
export interface ProposedDirection {
  readonly kind: DirectionKind
  readonly what: string
  /** Why it may work here; empty where nobody said. */
  readonly why: string
  /** Documents, versions and files to read first. */
  readonly read: readonly string[]
  /** What shows that it leads nowhere; empty where nobody said. */
  readonly giveUp: string
}

/** A direction of a run: they are counted from 1 on. */
export interface NumberedDirection extends ProposedDirection {
  readonly number: number
}

/** What shows that a search needs redirecting. */
export type SignKind =
  | 'failing'
  | 'costly'
  | 'directions-failed'
  | 'plateau'
  | 'headroom'
  | 'cycle'
  | 'same-solution'
  | 'same-failure'
  | 'same-idea'
  | 'standing-still'
  | 'unevaluated'
  | 'unedited'

/** How far an intervention goes: new directions alone; with a fresh context; from an earlier version; by a stronger model; no further. */
export type EscalationStep = 'redirect' | 'fresh-context' | 'branch' | 'stronger-model' | 'end'

/** A time that the supervisor stepped in. */
export interface Intervention {
  /** In a sentence. */
  readonly sign: string
  /** Null in journals of before. */
  readonly kind: SignKind | null
  readonly step: EscalationStep
  /** Number of the version that the agent begins from again, with a fresh context; absent where it goes on as it was. */
  readonly base?: number
  readonly directions: readonly NumberedDirection[]
  /** How long the ledger and the lineage were. */
  readonly attempts: number
  readonly versions: number
}

/** What the supervisor has asked for, and how far the agent has come with it. */
export interface Redirection {
  /** Oldest first. */
  readonly interventions: readonly Intervention[]
  /** Directions that wait for their turn. */
  readonly queue: readonly NumberedDirection[]
  /** The direction that attempts follow now. */
  readonly inForce: (NumberedDirection & { readonly attemptsLeft: number }) | null
  /** Version that the workspace was set back to, where that is not the newest. */
  readonly base: number | null
  /** Interventions in a row that brought no version. */
  readonly fruitless: number
}

/** Before anybody has stepped in. */
export const NOT_REDIRECTED: Redirection = {
  interventions: [],
  queue: [],
  inForce: null,
  base: null,
  fruitless: 0,
}

/** A direction of which only the words are known. */
export function toDirection(what: string): ProposedDirection {
  return { kind: 'explore', what, why: '', read: [], giveUp: '' }
}

/** The version that the agent's work starts from: the newest, unless it was set back to an earlier one. */
export function startingPoint(state: {
  readonly versions: readonly Version[]
  readonly redirection: Redirection
}): Version | undefined {
  return state.versions[state.redirection.base ?? state.versions.length - 1]
}

/** The last intervention, where no version has come since. */
export function openIntervention(state: {
  readonly versions: readonly unknown[]
  readonly redirection: Redirection
}): Intervention | undefined {
  const last = state.redirection.interventions.at(-1)
  return last?.versions === state.versions.length ? last : undefined
}

/**
 * Folds an event into the redirection.
 *
 * @param run how long the ledger and the lineage are before the event
 */
export function foldRedirection(
  redirection: Redirection,
  event: RecordedEvent,
  run: { readonly attempts: number; readonly versions: number },
): Redirection {
  switch (event.type) {
    case 'supervisor.intervened':
      return withIntervention(redirection, event, run)
    case 'direction.chosen': {
      const chosen = redirection.queue.find(({ number }) => number === event.direction)
      if (chosen === undefined) return redirection
      const queue = redirection.queue.filter((direction) => direction !== chosen)
      return { ...redirection, queue, inForce: { ...chosen, attemptsLeft: event.attempts } }
    }
    case 'attempt.abandoned':
      return afterAttempt(redirection, event.stalled !== undefined)
    case 'candidate.rejected':
      return afterAttempt(redirection)
    case 'version.committed':
      return event.version.number === 0 ? redirection : afterVersion(redirection)
    case 'tool.returned':
      if (event.base === undefined) return redirection
      return { ...redirection, base: event.base === run.versions - 1 ? null : event.base }
    case 'workspace.changed':
      // What the person has put there began from nobody knows which version.
      return redirection.base === null ? redirection : { ...redirection, base: null }
    case 'run.ended':
      // Whoever starts again a run that the supervisor has given up wants it to go on.
      return event.reason.kind === 'stalled' ? { ...redirection, fruitless: 0 } : redirection
    default:
      return redirection
  }
}

function withIntervention(
  redirection: Redirection,
  event: Extract<RecordedEvent, { readonly type: 'supervisor.intervened' }>,
  run: { readonly attempts: number; readonly versions: number },
): Redirection {
  const { sign, kind = null, step = 'redirect', base } = event
  const proposed = redirection.interventions.reduce((sum, { directions }) => sum + directions.length, 0)
  const directions = event.directions.map((direction, index) => ({
    ...(typeof direction === 'string' ? toDirection(direction) : direction),
    number: proposed + index + 1,
  }))
  const intervention: Intervention = {
    sign,
    kind,
    step,
    ...(base === undefined ? {} : { base }),
    directions,
    ...run,
  }
  const isNewest = base === run.versions - 1
  return {
    interventions: [...redirection.interventions, intervention],
    queue: directions,
    inForce: null,
    base: base === undefined ? redirection.base : isNewest ? null : base,
    fruitless: redirection.fruitless + 1,
  }
}

/** An attempt that stood still has shown what there is to the direction. */
function afterAttempt(redirection: Redirection, stoodStill = false): Redirection {
  const { inForce } = redirection
  if (inForce === null) return redirection
  const attemptsLeft = stoodStill ? 0 : inForce.attemptsLeft - 1
  return { ...redirection, inForce: attemptsLeft > 0 ? { ...inForce, attemptsLeft } : null }
}

/** A version ends a stall, and what was asked for with it. On a plateau there are versions; what was asked for is still tried. */
function afterVersion(redirection: Redirection): Redirection {
  const since = { ...afterAttempt(redirection), base: null, fruitless: 0 }
  const isPlateau = redirection.interventions.at(-1)?.kind === 'plateau'
  return isPlateau ? since : { ...since, queue: [], inForce: null }
}
