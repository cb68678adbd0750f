/** What changes are after; the last one is whatever fits none of the others. */
export const CHANGE_KINDS = [
  'algorithm',
  'less-work',
  'data-layout',
  'parallel',
  'native',
  'constants',
  'combination',
  'simplification',
  'other',
] as const

export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** What became of what was tried, the least telling first: a later one of the same idea overturns an earlier one. */
export const LESSON_OUTCOMES = ['unfinished', 'incorrect', 'no-gain', 'gain'] as const

export type LessonOutcome = (typeof LESSON_OUTCOMES)[number]

/** The same for people. */
export const OUTCOME_NAMES: Readonly<Record<LessonOutcome, string>> = {
  gain: 'gain',
  'no-gain': 'no gain',
  incorrect: 'incorrect',
  unfinished: 'not submitted',
}

/** The outcome for people: a verdict against the best version says little of what was tried on an earlier one. */
export function nameOutcome({ outcome, base }: Pick<AttemptLesson, 'outcome' | 'base'>): string {
  const name = OUTCOME_NAMES[outcome]
  return base === undefined ? name : `${name}, begun from v${base}`
}

/** What one attempt teaches, in short sentences. */
export interface AttemptLesson {
  readonly attempt: number
  readonly kind: ChangeKind
  readonly outcome: LessonOutcome
  readonly tried: string
  /** The verdict with its figures. */
  readonly happened: string
  /** Empty where nobody said. */
  readonly why: string
  /** When it would have been otherwise. */
  readonly unless: string
  /** Number of the version that it was tried on, where that is not the best one of then. */
  readonly base?: number
}

/** What one or several attempts teach that say the same: the words are those of the last. */
export interface Lesson extends AttemptLesson {
  /** The first attempt that taught it, which is its name. */
  readonly attempt: number
  /** The last ten of them, oldest first. */
  readonly attempts: readonly number[]
  /** How many there were. */
  readonly times: number
  /** The same idea as earlier attempts had it, with what happened: the last nine, oldest first; absent where all used the same words. */
  readonly also?: readonly string[]
  /** What was thought of it before, and is no longer true: the last three, oldest first. */
  readonly before: readonly string[]
  /** Whether the scorer has changed since: another one may judge otherwise. */
  readonly ofEarlierScorer?: true
}

/** What came of one attempt that a lesson was taken from. */
export interface LessonResult extends Pick<AttemptLesson, 'kind' | 'outcome'> {
  /** Of the version that it became, as a fraction; 0 where it became none. */
  readonly gain: number
}

/** What came of the attempts at changes of one kind, whether their lessons are still known or not. */
export interface LessonTally {
  readonly outcomes: Readonly<Partial<Record<LessonOutcome, number>>>
  /** What the gains of their versions multiply to, as a fraction. */
  readonly gain: number
}

export type LessonTallies = Readonly<Partial<Record<ChangeKind, LessonTally>>>

/** How a lesson stands to those that are known. */
export interface Placement {
  /** Name of the lesson that says the same. */
  readonly same?: number
  /** Names of lessons that it proves wrong. */
  readonly overturned?: readonly number[]
}
