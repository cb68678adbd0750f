import type { Meter, ObservableResult } from '@opentelemetry/api'
import { countOutcomes } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { runAttributes } from './attributes.ts'

/** A run of which metrics are read. */
export interface ObservedRun {
  readonly project: string
  readonly state: RunState
  readonly isRunning: boolean
}

/** A figure of a run's state: a number, numbers by the value of one more attribute, or null where there is none yet. */
interface RunMetric {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly description: string
  readonly unit: string
  read(
    run: ObservedRun,
  ): number | null | { readonly by: string; readonly values: Readonly<Record<string, number>> }
}

/** All of them are read from the state, also what was counted in earlier sessions: nothing counts twice. */
const RUN_METRICS: readonly RunMetric[] = [
  {
    name: 'avo.running',
    kind: 'gauge',
    description: 'Whether a process runs it.',
    unit: '1',
    read: ({ isRunning }) => (isRunning ? 1 : 0),
  },
  {
    name: 'avo.best_score',
    kind: 'gauge',
    description: 'Score of the newest version, in the unit of the task.',
    unit: '1',
    read: ({ state }) => state.versions.at(-1)?.score.value ?? null,
  },
  {
    name: 'avo.seed_score',
    kind: 'gauge',
    description: 'Score of the seed, in the unit of the task.',
    unit: '1',
    read: ({ state }) => state.versions.at(0)?.score.value ?? null,
  },
  {
    name: 'avo.gain',
    kind: 'gauge',
    description: 'The recorded gains of all versions multiplied, as a fraction.',
    unit: '1',
    read: ({ state }) => (state.versions.length === 0 ? null : multiplyGains(state.versions)),
  },
  {
    name: 'avo.direct_gain',
    kind: 'gauge',
    description: 'Gain over the seed as measured directly, as a fraction.',
    unit: '1',
    read: ({ state }) => state.comparison?.gain ?? null,
  },
  {
    name: 'avo.versions',
    kind: 'counter',
    description: 'Accepted versions, without the seed.',
    unit: '{version}',
    read: ({ state }) => Math.max(0, state.versions.length - 1),
  },
  {
    name: 'avo.attempts',
    kind: 'counter',
    description: 'Attempts that ended.',
    unit: '{attempt}',
    read: ({ state }) => ({ by: 'avo.outcome', values: countOutcomes(state.ledger) }),
  },
  {
    name: 'avo.failed_attempts',
    kind: 'gauge',
    description: 'Attempts since the last version that brought none.',
    unit: '{attempt}',
    read: ({ state }) => state.failedAttempts,
  },
  {
    name: 'avo.evaluations',
    kind: 'counter',
    description: 'Runs of the scorer.',
    unit: '{evaluation}',
    read: ({ state }) => state.evaluations,
  },
  {
    name: 'avo.interventions',
    kind: 'counter',
    description: 'Times that the supervisor stepped in.',
    unit: '{intervention}',
    read: ({ state }) => state.redirection.interventions.length,
  },
  {
    name: 'avo.turns',
    kind: 'counter',
    description: 'Replies of the agent.',
    unit: '{turn}',
    read: ({ state }) => state.turns,
  },
  {
    name: 'avo.tokens',
    kind: 'counter',
    description: 'Tokens of all model calls.',
    unit: '{token}',
    read: ({ state: { usage } }) => ({
      by: 'avo.token.type',
      values: {
        input: usage.inputTokens,
        cache_read: usage.cacheReadTokens,
        cache_write: usage.cacheWriteTokens,
        output: usage.outputTokens,
      },
    }),
  },
  {
    name: 'avo.cost',
    kind: 'counter',
    description: 'Known cost of all model calls.',
    unit: '{USD}',
    read: ({ state }) => state.costUsd,
  },
  {
    name: 'avo.unpriced_calls',
    kind: 'counter',
    description: 'Model calls whose price is unknown.',
    unit: '{call}',
    read: ({ state }) => state.unpricedCalls,
  },
  {
    name: 'avo.active_time',
    kind: 'counter',
    description: 'Time with the harness running.',
    unit: 's',
    read: ({ state }) => state.activeMs / 1_000,
  },
  {
    name: 'avo.waited_time',
    kind: 'counter',
    description: 'The part of the active time spent waiting for the provider of the model.',
    unit: 's',
    read: ({ state }) => state.waitedMs / 1_000,
  },
]

/** Has a meter read the figures of some runs, whenever somebody asks for them. */
export function observeRuns(meter: Meter, runs: () => readonly ObservedRun[]): void {
  for (const { name, kind, description, unit, read } of RUN_METRICS) {
    const create = kind === 'counter' ? meter.createObservableCounter : meter.createObservableGauge
    create.call(meter, name, { description, unit }).addCallback((result) => {
      for (const run of runs()) observe(result, run, read(run))
    })
  }
}

function observe(
  result: ObservableResult,
  { project, state }: ObservedRun,
  figure: ReturnType<RunMetric['read']>,
): void {
  const attributes = runAttributes(project, state.startedAt)
  if (figure === null) return
  if (typeof figure === 'number') {
    result.observe(figure, attributes)
    return
  }
  for (const [value, count] of Object.entries(figure.values))
    result.observe(count, { ...attributes, [figure.by]: value })
}
