import { firstDifference } from './difference.ts'
import type { CandidateLimits } from './process/candidate-process.ts'
import { type CommandCandidate, isModuleFile, type ModuleCandidate } from './process/program.ts'
import type { Random } from './random.ts'
import type { ScoringTask } from './task.ts'

/** A configuration of the manifest: fixed before the candidate starts. */
export interface PlannedConfiguration<Configuration> {
  readonly name: string
  readonly parameters: Configuration
}

/** A task that makes sense, with everything filled in. */
export interface Plan<Configuration, Input> {
  readonly candidate: ModuleCandidate | CommandCandidate
  readonly configurations: readonly PlannedConfiguration<Configuration>[]
  readonly holdout: readonly PlannedConfiguration<Configuration>[]
  makeInput(parameters: Configuration, random: Random): Input
  /** What is wrong with an output, or null. */
  findMistake(parameters: Configuration, input: Input, output: unknown): string | null
  readonly keepsInput: boolean
  readonly score: 'per-second' | 'seconds' | 'value'
  work(parameters: Configuration, input: Input): number
  value(parameters: Configuration, input: Input, output: unknown): number
  /** Whether a score is better than anyone can be. */
  isPastBound(parameters: Configuration, score: number): boolean
  readonly fresh: 'evaluation' | 'sample'
  readonly channel: 'included' | 'subtracted'
  readonly samples: number
  readonly budgetSeconds: number
  readonly limits: CandidateLimits
}

/** Checks what the author wrote. Throws a `TypeError` that says what is wrong with it. */
export function toPlan<Configuration, Input>(
  task: ScoringTask<Configuration, Input>,
): Plan<Configuration, Input> {
  const { candidate, check, reference, value, bound } = task
  const isModule = 'module' in candidate
  demand(isModule !== 'command' in candidate, 'candidate is either { module, function } or { command }')
  if (isModule)
    demand(
      isModuleFile(candidate.module) && isInside(candidate.module) && typeof candidate.function === 'string',
      'candidate.module is a .js, .mjs, .cjs, .ts, .mts, .cts or .py file in the candidate’s directory, and candidate.function a name in it',
    )
  demand(
    typeof task.input === 'function',
    'input is a function of a configuration and a source of random numbers',
  )
  demand(
    !(check && reference) && Boolean(check ?? reference ?? value),
    'there is one of check and reference; only a value can do without',
  )
  demand(!value || (!task.score && !task.work), 'value is the score; score and work are for times')
  demand(isOneOf(task.score, ['per-second', 'seconds']), 'score is per-second or seconds')
  demand(isOneOf(task.direction, ['maximize', 'minimize']), 'direction is maximize or minimize')
  demand(isOneOf(task.fresh, ['evaluation', 'sample']), 'fresh is evaluation or sample')
  demand(isOneOf(task.channel, ['included', 'subtracted']), 'channel is included or subtracted')
  const subtracts = task.channel === 'subtracted'
  demand(!subtracts || (isModule && !value), 'the channel can be subtracted from the times of a module only')

  const score = value ? 'value' : (task.score ?? 'per-second')
  const minimizes = score === 'seconds' || task.direction === 'minimize'
  const configurations = toManifest(task.configurations, 'configurations')
  const holdout = toManifest(task.holdout ?? {}, 'holdout')
  demand(configurations.length > 0, 'there is at least one configuration')
  demand(
    !holdout.some(({ name }) => configurations.some((other) => other.name === name)),
    'no configuration is in the holdout as well',
  )
  return {
    candidate,
    configurations,
    holdout,
    makeInput: (parameters, random) => task.input(parameters, random),
    findMistake(parameters, input, output) {
      if (reference) return firstDifference(task.reference?.(parameters, input), output, task.tolerance)
      const verdict = check ? toVerdict(() => task.check?.(parameters, input, output)) : true
      demand(
        typeof verdict === 'boolean' || typeof verdict === 'string',
        'check returns true, false or a text',
      )
      return typeof verdict === 'string' ? verdict : verdict === true ? null : 'it is not what it should be'
    },
    keepsInput: task.keepsInput ?? false,
    score,
    work: (parameters, input) => task.work?.(parameters, input) ?? 1,
    value: (parameters, input, output) => task.value?.(parameters, input, output) ?? Number.NaN,
    isPastBound(parameters, reached) {
      const limit = bound ? task.bound?.(parameters) : undefined
      return limit !== undefined && (minimizes ? reached < limit : reached > limit)
    },
    fresh: task.fresh ?? 'evaluation',
    channel: task.channel ?? 'included',
    samples: positive(task.samples ?? (value ? 1 : 5), 'samples'),
    budgetSeconds: task.budgetSeconds ?? (value ? 0 : 1),
    limits: {
      timeoutSeconds: positive(task.timeoutSeconds ?? 10, 'timeoutSeconds'),
      startTimeoutSeconds: positive(task.startTimeoutSeconds ?? 60, 'startTimeoutSeconds'),
      maxOutputBytes: positive(task.maxOutputBytes ?? 256 * 1024 * 1024, 'maxOutputBytes'),
      memoryBytes: task.memoryBytes,
    },
  }
}

function toManifest<Configuration>(
  record: Readonly<Record<string, Configuration>>,
  what: string,
): readonly PlannedConfiguration<Configuration>[] {
  return Object.entries(record).map(([name, parameters]) => {
    demand(
      /^[^\p{Cc}]{1,200}$/u.test(name) && name !== '__proto__',
      `${what}: a name is one line of at most 200 characters, not ${JSON.stringify(name)}`,
    )
    return { name, parameters }
  })
}

/** An output can be of any kind: a check that fails on it was not made for it. */
function toVerdict(check: () => unknown): unknown {
  try {
    return check()
  } catch (error) {
    return `the check fails on it: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Authors write JavaScript as a rule: nobody else looks at their words. */
function isOneOf(word: unknown, words: readonly string[]): boolean {
  return word === undefined || words.some((known) => known === word)
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..')
}

function positive(value: number, name: string): number {
  demand(Number.isFinite(value) && value > 0, `${name} is a number above 0, not ${value}`)
  return value
}

function demand(holds: boolean, rule: string): void {
  if (!holds) throw new TypeError(`scoreCandidate: ${rule}`)
}
