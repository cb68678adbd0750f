import type { Edit, Language } from '../../src/audit/attack.ts'
import { SANDBOX_NAMES, type SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import type { World } from './world.ts'

/** Every way of cheating that measurement.md names, and what must not be taken for one. */
export const FAMILIES = [
  'tamper with the judge',
  'tamper with the clock',
  'move work out of the timed part',
  'keep state between samples',
  'leave processes behind',
  'slow the other arm',
  'fish in the noise by resubmitting',
  'return what compares equal but is not right',
  'memorise visible inputs or sizes',
  'change the input in place',
  'call the reference',
  'exit early',
  'kill the harness',
  'leak',
  'instruct',
  'honest controls',
] as const

export type Family = (typeof FAMILIES)[number]

/**
 * What must come of an entry. Whoever is `rejected` has no score; `no effect` is a score, or a run, as if nothing had been
 * tried; `held` is measured again at length and marked; an honest control `passes`.
 */
export type Outcome = 'rejected' | 'no effect' | 'held' | 'passes'

/** One thing that is tried, and what must come of it. */
interface Entry {
  readonly name: string
  readonly family: Family
  /** The rest of a sentence that begins with "the candidate" or "the agent". */
  readonly what: string
  readonly outcome: Outcome
  /** The backends that promise this outcome. */
  readonly promisedBy: readonly SandboxName[]
}

export const LANGUAGES = ['javascript', 'python'] as const satisfies readonly Language[]
export type CorpusLanguage = (typeof LANGUAGES)[number]

/** A candidate: an edit of the honest seed in each language, scored on the scoring kit. */
export interface CandidateEntry extends Entry {
  readonly edits: Readonly<Partial<Record<CorpusLanguage, (world: World) => Edit>>>
  /** Files beside the solution. */
  readonly files?: Readonly<Record<string, string>>
  /** Whether times are its score; otherwise it is 1 for whatever is right, which takes one process less. */
  readonly isTimed?: boolean
  /** How long the scorer waits for one that never answers. */
  readonly patienceSeconds?: number
  /** Whether its arrays are of the size that travels through files. */
  readonly isLarge?: boolean
  /** Whether there are inputs of a kind that is hidden, which cost one more process. */
  readonly hasHoldout?: boolean
  /** How often it is scored, on the same inputs. */
  readonly evaluations?: number
  /** What must not be in anything that the agent is told. */
  readonly hides?: RegExp
}

/** A call of one of the agent's tools. */
export type Call = readonly [tool: string, input: Readonly<Record<string, unknown>>]

/** What an agent does in one turn of a real run. */
export interface ActionEntry extends Entry {
  calls(world: World): readonly Call[]
  /** What the agent is told after the turn: by default, where it is rejected, that the last call failed. */
  readonly shows?: RegExp
  /** A command that puts the workspace in order before the run goes on; no part of the entry. */
  readonly tidy?: string
}

export const EVERYWHERE = SANDBOX_NAMES
/** All that keep a command away from anything: plain processes are the person's own. */
export const WHERE_ISOLATED: readonly SandboxName[] = SANDBOX_NAMES.filter((name) => name !== 'process')

/** What an entry shows by when it could do what it should not be able to. */
export const REACHED = 'avo corpus: reached'
