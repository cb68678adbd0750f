import { describe, expect, test } from 'vitest'
import {
  detectableEffect,
  findBias,
  isDeterministic,
  measureNoise,
  noiseRounds,
} from '../../src/gate/calibration.ts'
import { measureCalibration } from '../../src/gate/measure-calibration.ts'
import { describeNoise, describeRemedy, reportNoise } from '../../src/gate/noise-report.ts'
import { choosePlan, type GateSettings } from '../../src/gate/plan.ts'
import { createRandom } from '../../src/gate/random.ts'
import { findStrangers, toRules } from '../../src/gate/rules.ts'
import { mean } from '../../src/gate/statistics.ts'
import type { Calibration, Round } from '../../src/measurement.ts'
import { drawNormal, failed, round, scored } from './rounds.ts'

const never = new AbortController().signal
const settings: GateSettings = {
  policy: 'auto',
  alpha: 0.02,
  minGain: 0,
  maxRounds: 30,
  confirmRounds: 5,
  veto: 0.03,
  mayWorsen: [],
}

function calibration(rounds: readonly Round[]): Calibration {
  return { scorer: 's', machine: 'm', version: 0, rounds }
}

/** Rounds between two copies, each score with so much noise, and the first copy better by a bias. */
function copies(count: number, sd: number, bias = 0, seed = 1): readonly Round[] {
  const random = createRandom(seed)
  const draw = (): number => Math.exp((sd * drawNormal(random)) / Math.SQRT2)
  return Array.from({ length: count }, () =>
    round('calibrate', [1, 1], {
      candidate: scored(draw() * (1 + bias), draw() * (1 + bias)),
      reference: scored(draw(), draw()),
    }),
  )
}

describe('noise', () => {
  test('is the spread of a round, of five rounds, and of each configuration by itself', () => {
    const noise = measureNoise(calibration(copies(400, 0.02)), 'maximize', createRandom(1))
    // The mean of two configurations has less noise than one.
    expect(noise?.sd).toBeCloseTo(0.02 / Math.SQRT2, 2.5)
    expect(noise?.floor).toBeCloseTo((1.96 * 0.02) / Math.SQRT2 / Math.sqrt(5), 2.5)
    expect(noise?.configurations.map(({ configuration }) => configuration)).toEqual(['a', 'b'])
    expect(noise?.configurations[0]?.sd).toBeCloseTo(0.02, 2.3)
    // Two configurations share the chance of being unlucky: 2.24 standard errors instead of 1.96.
    expect(noise?.configurations[0]?.floor).toBeCloseTo((2.24 * 0.02) / Math.sqrt(5), 2.3)
    expect(measureNoise(calibration(copies(9, 0.02)), 'maximize', createRandom(1))).toBeNull()
  })

  test.each([
    ['slow', 0.7],
    ['fast', 1.4],
  ])('is even on both sides where single scores are far too %s', (_name, factor) => {
    const random = createRandom(3)
    const draw = (): number => Math.exp(0.01 * drawNormal(random)) * (random() < 0.1 ? factor : 1)
    const rounds = Array.from({ length: 4_000 }, () =>
      round('calibrate', [1], {
        first: random() < 0.5 ? 'candidate' : 'reference',
        candidate: scored(draw()),
        reference: scored(draw()),
      }),
    )
    const counted = noiseRounds({ rounds })?.rounds ?? []
    const gains = counted.map(({ candidate, reference }) => Math.log(candidate.value / reference.value))
    expect(Math.abs(mean(gains))).toBeLessThan(0.01)
    expect(Math.abs(gains.filter((gain) => gain > 0).length / gains.length - 0.5)).toBeLessThan(0.02)
  })

  test('says which gain can be seen in how many rounds', () => {
    expect(detectableEffect(0.01, 1)).toBeCloseTo(0.0294, 4)
    expect(detectableEffect(0.01, 9)).toBeCloseTo(0.0097, 4)
  })

  test('is none where scores are the same to the last digit, and there are enough of them', () => {
    const same = round('calibrate', [1, 1])
    expect(isDeterministic(calibration([same, same]))).toBe(true)
    expect(isDeterministic(calibration([same]))).toBe(false)
    const next = round('calibrate', [1, 1.0000000000000002])
    expect(isDeterministic(calibration([same, next]))).toBe(false)
  })

  test('is told from a bias by three standard errors', () => {
    expect(findBias([0.01, -0.01, 0.01, -0.005])).toBeNull()
    expect(findBias([0.01, 0.011, 0.012, 0.009])).toBeCloseTo(Math.expm1(0.0105), 6)
    expect(findBias([0.01, 0.01, 0.01])).toBeCloseTo(Math.expm1(0.01))
    expect(findBias([0, 0, 0])).toBeNull()
  })
})

describe('measuring it', () => {
  const measure = (rounds: readonly Round[], changes: Partial<GateSettings> = {}) => {
    const left = [...rounds]
    const options = {
      settings: { ...settings, ...changes },
      direction: 'maximize' as const,
      scorer: 's',
      machine: 'm',
      version: { number: 0 },
      measure: async () => left.shift() ?? round('calibrate', [1, 1]),
    }
    return measureCalibration(options, never)
  }

  test('takes ten rounds, or two where they say enough', async () => {
    // The first is not between two scores of the version, so it does not count.
    expect((await measure(copies(50, 0.01))).rounds).toHaveLength(11)
    expect((await measure([])).rounds).toHaveLength(2)
    expect((await measure([], { policy: 'paired' })).rounds).toHaveLength(11)
    const hours = copies(50, 0.01).map((one) => ({ ...one, durationMs: 3_600_000 }))
    expect((await measure(hours, { budgetSeconds: 7_200 })).rounds).toHaveLength(2)
  })

  test('repeats a round that went wrong, once', async () => {
    const crash = round('calibrate', [1, 1], { reference: failed('timeout') })
    expect((await measure([crash, ...copies(50, 0.01)])).rounds).toHaveLength(11)
    await expect(measure([crash, crash])).rejects.toMatchObject({
      code: 'scorer',
      message: expect.stringContaining('it failed: timeout'),
    })
  })

  test('stops at a bias, after as many rounds again', async () => {
    await expect(measure(copies(50, 0.01, 0.03))).rejects.toMatchObject({
      code: 'scorer',
      message: expect.stringMatching(
        /biased: of two copies of the same files one scores \+\d\.\d% better, and again when 11 more rounds/,
      ),
    })
    const unlucky = [...copies(11, 0.005, 0.01), ...copies(11, 0.005)]
    expect((await measure(unlucky)).rounds).toHaveLength(22)
  })
})

describe('the plan', () => {
  const noisy = calibration(copies(10, 0.01).map((one) => ({ ...one, durationMs: 2_000 })))
  const steady = calibration([round('calibrate', [1]), round('calibrate', [1])])
  test.each([
    ['auto on a noisy scorer', {}, noisy, 'paired', 30],
    ['auto on a deterministic one', {}, steady, 'exact', 30],
    ['paired on a deterministic one', { policy: 'paired' }, steady, 'paired', 30],
    ['exact on a noisy one', { policy: 'exact' }, noisy, 'exact', 1],
    ['single', { policy: 'single' }, null, 'unconfirmed', 1],
    ['one round', { maxRounds: 1 }, null, 'unconfirmed', 1],
    ['time for fifteen rounds', { budgetSeconds: 30 }, noisy, 'paired', 10],
    ['time for six rounds, which prove nothing', { budgetSeconds: 12 }, noisy, 'unconfirmed', 6],
    ['no time at all', { budgetSeconds: 1 }, noisy, 'unconfirmed', 1],
  ] as const)('%s', (_name, changes, known, kind, maxRounds) => {
    expect(choosePlan({ ...settings, ...changes }, known)).toMatchObject({ kind, maxRounds })
  })
})

describe('rules', () => {
  const version = (number: number, a: number, b: number, scorer = 's') => ({
    number,
    score: scored(a, b),
    scorer,
  })
  const versions = [version(0, 9, 1, 'other'), version(1, 2, 1), version(2, 2.2, 0.9), version(3, 2.4, 0.95)]
  const best = version(3, 2.4, 0.95)
  const make = (
    changes: Partial<GateSettings> = {},
    known: Calibration | null = null,
    direction: 'maximize' | 'minimize' = 'maximize',
  ) =>
    toRules({
      settings: { ...settings, ...changes },
      accept: 'improvement',
      direction,
      calibration: known,
      versions,
      best,
      seed: 1,
    })

  test('hold each configuration against the best that it ever had with this scorer', () => {
    expect(make().limits).toEqual([
      {
        configuration: 'a',
        loss: expect.closeTo(0.0305, 4),
        medianLoss: expect.closeTo(0.0305, 4),
        record: 3,
        lead: 0,
      },
      {
        configuration: 'b',
        loss: expect.closeTo(0.0305, 4),
        medianLoss: expect.closeTo(0.0305, 4),
        record: 1,
        lead: expect.closeTo(Math.log(1 / 0.95)),
      },
    ])
    expect(make({}, null, 'minimize').limits.map(({ record }) => record)).toEqual([1, 2])
    expect(make({ mayWorsen: ['b'] }).limits.map(({ configuration }) => configuration)).toEqual(['a'])
    expect(make({ veto: null }).limits).toEqual([])
  })

  test('let a configuration lose what its own noise takes, and ask for the least gain above the noise', () => {
    const loud = make({}, calibration(copies(12, 0.2)))
    expect(loud.limits.every(({ loss }) => loss > 0.05)).toBe(true)
    expect(loud.floor).toBeGreaterThan(0.05)
    expect(make({ minGain: 0.02 }, calibration(copies(12, 0.001))).floor).toBeCloseTo(Math.log(1.02))
  })

  test('take bounds by configuration, and say which names are none', () => {
    expect(make({ bound: 5 }).bounds).toEqual([
      { configuration: 'a', bound: 5 },
      { configuration: 'b', bound: 5 },
    ])
    const named = { ...settings, bound: { b: 1, c: 2 }, mayWorsen: ['d'] }
    expect(make(named).bounds).toEqual([{ configuration: 'b', bound: 1 }])
    expect(findStrangers(named, best.score)).toEqual([
      "gate.veto names 'd', which is no configuration: they are a, b",
      "gate.bound names 'c', which is no configuration: they are a, b",
    ])
  })
})

describe('what the person is told', () => {
  const report = (known: Calibration, changes: Partial<GateSettings> = {}) => {
    const best = { number: 0, score: scored(1, 1), scorer: 's' }
    const sources = {
      settings: { ...settings, ...changes },
      accept: 'improvement',
      direction: 'maximize',
    } as const
    return reportNoise(known, toRules({ ...sources, calibration: known, versions: [best], best, seed: 1 }))
  }

  test('how small a gain the whole gate sees, which no formula of one step knows', () => {
    const quiet = report(calibration(copies(12, 0.01)))
    const { sd = 0 } = quiet.noise ?? {}
    expect(quiet.seen).toBeGreaterThan(sd * 0.8)
    expect(quiet.seen).toBeLessThan(sd * 2)
    expect(describeNoise(quiet)).toMatch(/differ by 0\.\d\d% a round .* is seen four times out of five$/)
    expect(describeRemedy(quiet)).toBeNull()
  })

  test('that the scorer is too noisy, and what to change', () => {
    const loud = report(calibration(copies(12, 0.1)))
    expect(describeRemedy(loud)).toMatch(/too noisy: gains below \d+\.\d% .* noisiest configuration is [ab] /)
  })

  test('that there is no noise, or that it stays unknown', () => {
    const same = round('calibrate', [1, 1])
    expect(describeNoise(report(calibration([same, same])))).toContain('the same score every time')
    const slow = calibration(copies(2, 0.01).map((one) => ({ ...one, durationMs: 60_000 })))
    expect(describeNoise(report(slow, { budgetSeconds: 60 }))).toContain('1 round for a verdict')
  })
})
