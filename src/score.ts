/** Whether a higher or a lower score is the better one. */
export type Direction = 'maximize' | 'minimize'

/** One component f_j(x) of the score: a configuration's name and its value in the task's own unit. */
export interface ConfigurationScore {
  readonly configuration: string
  readonly value: number
}

/** The value in a configuration, whatever order the scorer gave them in; null where it has none of that name. */
export function valueIn(scores: readonly ConfigurationScore[], name: string): number | null {
  return scores.find(({ configuration }) => configuration === name)?.value ?? null
}

/** The score of a candidate that is correct: every value finite and above zero. */
export interface CorrectScore {
  readonly correct: true
  /** Geometric mean over the configurations, in the task's unit. */
  readonly value: number
  readonly scores: readonly ConfigurationScore[]
  /** Of configurations that the agent never hears of: no part of the value, but none of them may get worse either. */
  readonly holdout?: readonly ConfigurationScore[]
  /** Why the scorer itself finds it hard to believe. */
  readonly implausible?: string
  /** Whatever else the scorer measured; shown to the agent, never compared. */
  readonly metrics?: Readonly<Record<string, unknown>>
  /** What the scorer wants to tell the agent. */
  readonly feedback?: string
  /** What the person should know about how the result came. */
  readonly warning?: string
}

/** Why a candidate has no score. */
export type FailureKind =
  | 'incorrect'
  | 'invalid-scores'
  | 'invalid-result'
  | 'no-result'
  | 'crash'
  | 'timeout'
  | 'limit'

/** The score of a candidate that failed: worth less than any correct one, whatever the direction. */
export interface IncorrectScore {
  readonly correct: false
  readonly failure: FailureKind
  /** One sentence for the agent and for the log. */
  readonly reason: string
  /** The end of what the scorer printed. */
  readonly output?: string
  readonly feedback?: string
  /** What went wrong on a configuration that the agent never hears of: for the person alone. */
  readonly hidden?: string
}

/** f(x) = (f_1(x), …, f_n(x)), or the reason why there is none (AVO, arXiv 2603.24517, section 3). */
export type Score = CorrectScore | IncorrectScore

/** Geometric mean of positive numbers, summed in logarithms so that large suites neither overflow nor underflow. */
export function geometricMean(values: readonly number[]): number {
  const [only] = values
  if (only === undefined) throw new RangeError('geometric mean of no values')
  if (values.every((value) => value === only)) return only
  // Sorted, so that the same values give the same mean to the last bit, whatever configuration each belongs to.
  const logs = values.map(Math.log).sort((a, b) => a - b)
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
}

/** Logarithm of how much better `value` is than `reference`: positive is better, whatever the direction. */
export function logGain(value: number, reference: number, direction: Direction): number {
  const ratio = Math.log(value / reference)
  return direction === 'maximize' ? ratio : -ratio
}

/** How much better `value` is than `reference`, as a fraction: 0.034 is +3.4%, halving a time is +100%. */
export function gainOver(value: number, reference: number, direction: Direction): number {
  return Math.expm1(logGain(value, reference, direction))
}

/** The value of one configuration, hidden ones included, or undefined where the score has no such configuration. */
export function scoreOf({ scores, holdout = [] }: CorrectScore, configuration: string): number | undefined {
  return [...scores, ...holdout].find((entry) => entry.configuration === configuration)?.value
}
