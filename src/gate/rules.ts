import type { Version } from '../lineage.ts'
import type { Acceptance, Calibration, Limit, Rules } from '../measurement.ts'
import { type CorrectScore, type Direction, logGain, scoreOf } from '../score.ts'
import { measureNoise, type Noise } from './calibration.ts'
import { choosePlan, type GateSettings } from './plan.ts'
import { createRandom } from './random.ts'

type ScoredVersion = Pick<Version, 'number' | 'score' | 'scorer'>

/** What the rules for a candidate are made from. */
export interface RuleSources {
  readonly settings: GateSettings
  readonly accept: Acceptance
  readonly direction: Direction
  /** Null where the noise need not be known. */
  readonly calibration: Calibration | null
  /** The lineage, seed first. */
  readonly versions: readonly ScoredVersion[]
  readonly best: ScoredVersion
  /** Of the bootstrap's random numbers. */
  readonly seed: number
}

/** The rules for a candidate against the best version, as they stand in the journal. */
export function toRules(sources: RuleSources): Rules {
  const { settings, accept, direction, calibration, best, seed } = sources
  const noise = calibration && measureNoise(calibration, direction, createRandom(seed))
  return {
    best: best.number,
    direction,
    accept,
    plan: choosePlan(settings, calibration),
    alpha: settings.alpha,
    floor: Math.max(noise?.floor ?? 0, Math.log1p(settings.minGain)),
    sd: noise?.sd ?? null,
    drift: noise?.drift ?? null,
    limits: toLimits(sources, noise),
    bounds: toBounds(settings, best),
    seed,
  }
}

/** What each configuration may lose against the best that it ever had, in the scores of the scorer in use. */
function toLimits(sources: RuleSources, noise: Noise | null): readonly Limit[] {
  const { settings, direction, versions, best } = sources
  const { veto, mayWorsen } = settings
  if (veto === null) return []
  const comparable = versions.filter(({ scorer }) => scorer === best.scorer)
  const { scores, holdout = [] } = best.score
  return [...scores, ...holdout.map((score) => ({ ...score, isHidden: true as const }))]
    .filter(({ configuration }) => !mayWorsen.includes(configuration))
    .map(({ value, ...named }) => {
      const { configuration } = named
      const lead = ({ score }: ScoredVersion): number =>
        logGain(scoreOf(score, configuration) ?? value, value, direction)
      const record = comparable.reduce(
        (leader, version) => (lead(version) > lead(leader) ? version : leader),
        best,
      )
      const own = noise?.configurations.find((entry) => entry.configuration === configuration)
      const least = -Math.log1p(-veto)
      const loss = Math.max(least, own?.floor ?? 0)
      const medianLoss = Math.max(least, own?.medianFloor ?? 0)
      return { ...named, loss, medianLoss, record: record.number, lead: lead(record) }
    })
}

function toBounds({ bound }: GateSettings, best: ScoredVersion): Rules['bounds'] {
  if (bound === undefined) return []
  return best.score.scores.flatMap(({ configuration }) => {
    const own = typeof bound === 'number' ? bound : bound[configuration]
    return own === undefined ? [] : [{ configuration, bound: own }]
  })
}

/** What to tell the person about names in the settings that are no configuration. */
export function findStrangers(
  { mayWorsen, bound }: GateSettings,
  { scores, holdout = [] }: CorrectScore,
): readonly string[] {
  const known = [...scores, ...holdout].map(({ configuration }) => configuration)
  const named = { 'gate.veto': mayWorsen, 'gate.bound': typeof bound === 'object' ? Object.keys(bound) : [] }
  return Object.entries(named).flatMap(([key, names]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => `${key} names '${name}', which is no configuration: they are ${known.join(', ')}`),
  )
}
