import { AvoError } from '../errors.ts'
import type { Version } from '../lineage.ts'
import type { Calibration, Round } from '../measurement.ts'
import type { Direction } from '../score.ts'
import { renderPercent } from '../text.ts'
import { findBias, noiseRounds } from './calibration.ts'
import { choosePlan, type GateSettings } from './plan.ts'
import { isScored, roundGain } from './rounds.ts'

/** Rounds after which it is clear whether a scorer gives the same score every time, and what a round costs. */
const LEAST_ROUNDS = 2

export interface CalibrationOptions {
  readonly settings: GateSettings
  readonly direction: Direction
  readonly scorer: string
  readonly machine: string
  readonly version: Pick<Version, 'number'>
  /** Measures the version against a copy of itself. */
  readonly measure: (signal: AbortSignal) => Promise<Round>
}

/**
 * Measures a version against a copy of itself until the noise is known, or until it is clear that it need not be: the scorer is
 * deterministic, or too expensive for more. Throws an `AvoError` `scorer` where the version fails, or where the scorer prefers
 * one of two copies: since chance alone passes three standard errors once in seventy times, fresh rounds must say the same.
 */
export async function measureCalibration(
  options: CalibrationOptions,
  signal: AbortSignal,
): Promise<Calibration> {
  const { scorer, machine, version, direction } = options
  const rounds = await measureRounds(options, signal)
  if (biasOf(rounds, direction) !== null) {
    const fresh = await measureRounds(options, signal)
    requireUnbiased(fresh, direction)
    rounds.push(...fresh)
  }
  return { scorer, machine, version: version.number, rounds }
}

async function measureRounds(options: CalibrationOptions, signal: AbortSignal): Promise<Round[]> {
  const rounds: Round[] = []
  while (!isKnown(rounds, options)) rounds.push(await measureScored(options, signal))
  return rounds
}

function isKnown(rounds: readonly Round[], { settings }: CalibrationOptions): boolean {
  if (rounds.length < LEAST_ROUNDS) return false
  return choosePlan(settings, { rounds }).kind !== 'paired' || noiseRounds({ rounds }) !== null
}

async function measureScored({ measure, version }: CalibrationOptions, signal: AbortSignal): Promise<Round> {
  const round = await measure(signal)
  if (isScored(round)) return round
  const again = await measure(signal)
  if (isScored(again)) return again
  const failed = [again.candidate, again.reference].find((score) => !score.correct)
  const reason = failed?.correct === false ? failed.reason : ''
  throw new AvoError(
    'scorer',
    `v${version.number} fails when it is measured again: ${reason}`,
    'What was correct once must be correct each time: mend the scorer or the solution; `avo eval` shows all that the scorer says.',
  )
}

/** The bias of the rounds that count; null where there is none, or too few rounds to tell. */
function biasOf(rounds: readonly Round[], direction: Direction): number | null {
  const counted = noiseRounds({ rounds })?.rounds
  return counted === undefined ? null : findBias(counted.map((round) => roundGain(round, direction)))
}

function requireUnbiased(rounds: readonly Round[], direction: Direction): void {
  const bias = biasOf(rounds, direction)
  if (bias === null) return
  throw new AvoError(
    'scorer',
    `the scorer is biased: of two copies of the same files one scores ${renderPercent(bias)} better, and again when ${rounds.length} more rounds are measured`,
    'It must not depend on where the candidate lies, or on what ran before: look for paths, caches and files that the scorer keeps.',
  )
}
