import type { KnowledgeList } from '../commands/inspect.ts'
import type { Config } from '../config/config.ts'
import { activeMsUntil, forecast, rateOf } from '../forecast.ts'
import { measureNoise } from '../gate/calibration.ts'
import { describeComparison } from '../gate/compare-with-seed.ts'
import { createRandom } from '../gate/random.ts'
import type { RunState } from '../journal.ts'
import { geometricMean } from '../score.ts'
import { spentBy } from '../state/spent.ts'
import { traceInterventions } from '../supervision/outcomes.ts'
import { toUsed } from './attempt-rows.ts'
import type { EnvironmentView, KnowledgeView, RunFacts, RunStatus, Supervision } from './run-view.ts'

/** What is read of a run besides its events. */
export interface Surroundings {
  /** The process that runs it now; null when nobody does. */
  readonly pid: number | null
  /** Why the records can't be read any further; null while they can. */
  readonly problem: string | null
  /** Milliseconds since 1970. */
  readonly now: number
}

export function toFacts(config: Config, state: RunState, canAct: boolean): RunFacts {
  const configurations = (state.versions[0]?.score.scores ?? []).map(({ configuration }) => configuration)
  const { bound } = config.gate
  const bounds =
    typeof bound === 'object'
      ? Object.entries(bound).map(([configuration, value]) => ({ configuration, bound: value }))
      : []
  const known = configurations.flatMap(
    (name) => bounds.find(({ configuration }) => configuration === name)?.bound ?? [],
  )
  return {
    name: config.projectName,
    directory: config.file,
    task: `${config.projectName} ${state.versions.at(-1)?.scorer ?? ''}`,
    direction: config.direction,
    configurations,
    otherScorerUpTo: state.ledger[state.segmentStart - 1]?.number ?? 0,
    bound:
      typeof bound === 'number'
        ? bound
        : known.length > 0 && known.length === configurations.length
          ? geometricMean(known)
          : null,
    bounds,
    canAct,
  }
}

export function toStatus(config: Config, state: RunState, { pid, problem, now }: Surroundings): RunStatus {
  const { attempt, comparison, waiting, insights } = state
  const activeMs = activeMsUntil(now, state, pid !== null)
  const rate = rateOf(state, activeMs)
  return {
    ...toUsed({ ...spentBy(state), activeMs }),
    asOfMs: now,
    phase: phaseOf(state, pid),
    pid,
    activity: pid === null ? null : state.activity,
    waitingUntilMs: waiting?.untilMs ?? null,
    ended: state.ended,
    startedAt: state.startedAt,
    lastEventAt: state.lastEventAt,
    model: state.model,
    attempt: attempt?.number ?? null,
    turn: attempt === null ? null : attempt.turns + 1,
    attempts: state.ledger.length,
    failedAttempts: state.failedAttempts,
    turns: state.turns,
    usage: state.usage,
    unpricedCalls: state.unpricedCalls,
    attemptsPerHour: rate?.attemptsPerHour ?? null,
    versionsPerHour: rate?.versionsPerHour ?? null,
    caps: forecast(state, state.budget ?? config.budget, activeMs),
    comparison: comparison === null ? null : describeComparison(comparison),
    direct:
      comparison === null || comparison.gain === null
        ? null
        : { version: comparison.version, gain: comparison.gain, interval: comparison.interval },
    steering: state.steering.map(({ number, at, text }) => ({ number, at, text })),
    insights: insights === null ? null : { attempts: insights.attempts, gist: insights.gist },
    problem,
  }
}

function phaseOf(state: RunState, pid: number | null): RunStatus['phase'] {
  // Its process may live on for a moment, for the person's own commands.
  if (state.ended !== null) return 'ended'
  if (pid !== null) return state.pausedAt === null ? 'running' : 'paused'
  return state.startedAt === null ? 'new' : 'cut-off'
}

export function toSupervision(state: RunState, weights: Supervision['weights']): Supervision {
  const { queue, inForce } = state.redirection
  return { interventions: traceInterventions(state), waiting: queue, inForce, weights }
}

/** @param list what is in the task's folders now */
export function toKnowledge(state: RunState, { documents, unreadable }: KnowledgeList): KnowledgeView {
  const uses = new Map(state.documents.map((use) => [use.document, use]))
  const titles = new Map(documents.map(({ document, title }) => [document, title]))
  const names = [...new Set([...uses.keys(), ...titles.keys()])]
  return {
    documents: names
      .map((document) => ({
        ...(uses.get(document) ?? { document, found: 0, read: 0, cited: 0 }),
        title: titles.get(document) ?? '',
        isThere: titles.has(document),
      }))
      .toSorted((a, b) => b.cited - a.cited || b.read - a.read || b.found - a.found),
    unreadable,
    lessons: state.lessons,
  }
}

export function toEnvironment(
  config: Config,
  state: RunState,
  heard: Pick<EnvironmentView, 'sessions' | 'notices'> & { readonly calibratedAt: string },
): EnvironmentView {
  const { calibration } = state
  const noise = calibration === null ? null : measureNoise(calibration, config.direction, createRandom(1))
  return {
    machine: calibration?.machine ?? null,
    scorer: state.versions.at(-1)?.scorer ?? heard.sessions.at(-1)?.scorer ?? null,
    sessions: heard.sessions,
    calibration:
      calibration === null
        ? null
        : {
            at: heard.calibratedAt,
            version: calibration.version,
            rounds: calibration.rounds.length,
            sd: noise === null ? null : Math.expm1(noise.sd),
            floor: noise === null ? null : Math.expm1(noise.floor),
            configurations: (noise?.configurations ?? []).map(({ configuration, sd }) => ({
              configuration,
              sd: Math.expm1(sd),
            })),
          },
    notices: heard.notices,
  }
}
