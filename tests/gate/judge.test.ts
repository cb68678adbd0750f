import { describe, expect, test } from 'vitest'
import { findObjection, judge } from '../../src/gate/judge.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { Round, Rules } from '../../src/measurement.ts'
import { drawNormal, failed, round, roundsOf, rules, scored } from './rounds.ts'

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)
const verdictOf = (rounds: readonly Round[], by: Rules = rules()) => {
  const ruling = judge(rounds, by)
  if (!('verdict' in ruling)) throw new Error(`it wants to measure ${ruling.measure}`)
  return ruling.verdict
}

describe('screen and decide', () => {
  test('three rounds first: no mean above zero, or one win only, is the end of it', () => {
    expect(judge([], rules())).toEqual({ measure: 'screen', against: 3 })
    expect(judge(roundsOf('screen', 0.1, 0.1), rules())).toMatchObject({ measure: 'screen' })
    expect(verdictOf(roundsOf('screen', 0.01, 0.01, -0.05))).toMatchObject({ outcome: 'not-better' })
    expect(verdictOf(roundsOf('screen', 0.5, -0.01, -0.01))).toMatchObject({
      outcome: 'not-better',
      reason: expect.stringContaining('better in 1 of 3 rounds'),
    })
    expect(judge(roundsOf('screen', 0.01, 0.02, -0.001), rules())).toEqual({ measure: 'decide', against: 3 })
  })

  test('eight straight wins convince, seven do not', () => {
    const opening = roundsOf('screen', 0.03, 0.03, 0.03)
    expect(judge([...opening, ...roundsOf('decide', ...times(4, 0.03))], rules())).toMatchObject({
      measure: 'decide',
    })
    expect(judge([...opening, ...roundsOf('decide', ...times(5, 0.03))], rules())).toEqual({
      measure: 'confirm',
      against: 3,
    })
  })

  test('an outlier can not convince, and evidence of a gain below the floor is not enough', () => {
    const small = [...roundsOf('screen', 0.004, 0.004, 0.004), ...roundsOf('decide', ...times(26, 0.004))]
    expect(judge(small, rules())).toMatchObject({ measure: 'decide' })
    expect(verdictOf([...small, ...roundsOf('decide', 0.004)])).toMatchObject({
      outcome: 'not-better',
      reason: '+0.40% [+0.40%, +0.40%] against v3 in 30 rounds: less than the 0.50% that counts',
    })
    const outlier = [...roundsOf('screen', 9, 0.001, -0.001), ...roundsOf('decide', ...times(5, -0.001))]
    expect(judge(outlier, rules())).toMatchObject({ measure: 'decide' })
  })

  test('it gives up where the mean is not above zero after eight rounds, and where nothing could convince any more', () => {
    const falling = [...roundsOf('screen', 0.02, 0.02, 0.02), ...roundsOf('decide', ...times(4, -0.03))]
    expect(judge(falling, rules())).toMatchObject({ measure: 'decide' })
    expect(verdictOf([...falling, ...roundsOf('decide', -0.03)]).reason).toMatch(/8 rounds: not better$/)

    const plan = { kind: 'paired' as const, maxRounds: 12, confirmRounds: 5 }
    const split = [...roundsOf('screen', 0.02, 0.02, -0.01), ...roundsOf('decide', -0.01)]
    expect(verdictOf(split, rules({ plan })).reason).toMatch(/in 4 rounds: within noise; can detect 1\.5%$/)
  })

  test('at 1% noise a gain of 3% is seen in 95 runs of 100, and none in 1 of 200 at most', () => {
    const random = createRandom(11)
    const accepts = (gain: number): boolean => {
      const rounds: Round[] = []
      for (;;) {
        const finding = findObjection(rounds, rules({ floor: 0.0124, sd: 0.0141 }))
        if (finding === null) return true
        if ('reject' in finding) return false
        rounds.push(round(finding.measure, [Math.exp(gain + 0.0141 * drawNormal(random))]))
      }
    }
    expect(times(200, 0.03).filter(accepts).length).toBeGreaterThanOrEqual(190)
    expect(times(400, 0).filter(accepts).length).toBeLessThanOrEqual(2)
  })
})

describe('confirm', () => {
  const opening = [...roundsOf('screen', 0.05, 0.05, 0.05), ...roundsOf('decide', ...times(5, 0.05))]

  test('the recorded gain, its interval and the scores are those of the fresh rounds alone', () => {
    const fresh = roundsOf('confirm', 0.03, 0.02, 0.04, 0.03, 0.03)
    expect(judge([...opening, ...fresh.slice(1)], rules())).toMatchObject({ measure: 'confirm' })
    const verdict = verdictOf([...opening, ...fresh])
    expect(verdict).toMatchObject({
      outcome: 'better',
      reason: expect.stringMatching(/^\+3\.0% \[\+2\.\d%, \+3\.\d%\] against v3 in 5 fresh rounds after 8$/),
      evidence: { rounds: 13, held: null, unconfirmed: false, worst: { configuration: 'a' } },
    })
    expect(verdict.gain).toBeCloseTo(0.03, 4)
    if (verdict.outcome !== 'better') return
    expect(verdict.score.value).toBeCloseTo(1.03, 4)
    expect(verdict.evidence.z).toBeCloseTo(Math.log(1.03) / 0.01, 1)
  })

  test('fresh rounds of two minds are as many again, and all of them count', () => {
    const torn = roundsOf('confirm', 0.04, 0.04, -0.2, 0.04, 0.04)
    expect(judge([...opening, ...torn], rules())).toEqual({ measure: 'confirm', against: 3 })
    const verdict = verdictOf([...opening, ...torn, ...roundsOf('confirm', ...times(5, 0.04))])
    expect(verdict).toMatchObject({
      outcome: 'better',
      reason: expect.stringMatching(/in 10 fresh rounds after 8$/),
    })
    expect(verdict.gain).toBeCloseTo(Math.expm1((9 * Math.log(1.04) + Math.log(0.8)) / 10), 4)
    expect(verdictOf([...opening, ...torn, ...roundsOf('confirm', ...times(5, -0.01))]).reason).toMatch(
      /in 10 fresh rounds: not confirmed/,
    )
  })

  test('less than a quarter of the first gain, or none, is not confirmed', () => {
    expect(verdictOf([...opening, ...roundsOf('confirm', ...times(5, 0.012))])).toMatchObject({
      outcome: 'not-better',
      reason: expect.stringContaining('not confirmed'),
    })
    expect(verdictOf([...opening, ...roundsOf('confirm', ...times(5, 0.013))]).outcome).toBe('better')
  })
})

describe('veto', () => {
  const paired = (a: number, b: number): readonly Round[] => [
    ...times(3, round('screen', [a, b])),
    ...times(5, round('decide', [a, b])),
    ...times(5, round('confirm', [a, b])),
  ]
  const limits = ['a', 'b'].map((configuration) => ({
    configuration,
    loss: 0.03,
    medianLoss: 0.03,
    record: 3,
    lead: 0,
  }))

  test('one configuration may not pay for the others', () => {
    const [first] = limits
    expect(verdictOf(paired(1.4, 0.8), rules({ limits })).reason).toBe(
      'b is -20.0% against v3, where it was best; -3.0% is let through: vetoed (+5.8% [+5.8%, +5.8%] over all)',
    )
    expect(verdictOf(paired(1.4, 0.98), rules({ limits })).outcome).toBe('better')
    expect(verdictOf(paired(1.4, 0.8), rules({ limits: first ? [first] : [] })).outcome).toBe('better')
  })

  test('a score that is far off by itself neither hides a loss nor makes one, and what is slow now and then is seen', () => {
    const [, b] = limits
    const noisy = rules({ limits: b ? [{ ...b, loss: 0.25, medianLoss: 0.05 }] : [] })
    const fresh = (...values: number[]): readonly Round[] => [
      ...paired(1.6, 1).slice(0, 8),
      ...values.map((value) => round('confirm', [3, value])),
    ]
    expect(verdictOf(fresh(0.8, 0.8, 1.6, 0.8, 0.8), noisy).reason).toMatch(/^b is -20\.0% .* -4\.9% is let/)
    expect(verdictOf(fresh(1, 1, 0.6, 1, 1), noisy).outcome).toBe('better')
    expect(verdictOf(fresh(1, 0.4, 1, 0.4, 1), noisy).reason).toMatch(/^b is -30\.7% .* -22\.1% is let/)
  })

  test('small losses do not add up: against an earlier record the two are measured directly', () => {
    const led = limits.map((limit) =>
      limit.configuration === 'b' ? { ...limit, record: 1, lead: 0.025 } : limit,
    )
    const by = rules({ limits: led })
    expect(verdictOf(paired(1.4, 1), by).outcome).toBe('better')
    expect(judge(paired(1.4, 0.98), by)).toEqual({ measure: 'veto', against: 1 })
    const direct = (b: number): readonly Round[] => [
      ...paired(1.4, 0.98),
      ...times(5, round('veto', [1.4, b], { against: 1 })),
    ]
    expect(verdictOf(direct(0.95), by)).toMatchObject({
      reason: expect.stringMatching(/^b is -5\.0% against v1/),
    })
    // The record was luck: measured directly, nothing is lost. The recorded gain stays that of the fresh rounds.
    expect(verdictOf(direct(1), by)).toMatchObject({ outcome: 'better', gain: expect.closeTo(0.171, 3) })
  })
})

describe('a hidden configuration', () => {
  const withHidden = (value: number) => ({ ...scored(1.4), holdout: [{ configuration: 'secret', value }] })
  const hidden = (value: number): readonly Round[] => {
    const pair = {
      candidate: withHidden(value),
      reference: { ...withHidden(1), value: 1, scores: scored(1).scores },
    }
    return [
      ...times(3, round('screen', [1.4], pair)),
      ...times(5, round('decide', [1.4], pair)),
      ...times(5, round('confirm', [1.4], pair)),
    ]
  }
  const limits = [
    { configuration: 'secret', isHidden: true as const, loss: 0.03, medianLoss: 0.03, record: 3, lead: 0 },
  ]

  test('is no part of the gain, and vetoes without its name or a number', () => {
    const accepted = verdictOf(hidden(1.1), rules({ limits }))
    expect(accepted).toMatchObject({ outcome: 'better', gain: expect.closeTo(0.4) })
    expect(accepted.score).toMatchObject({
      holdout: [{ configuration: 'secret', value: expect.closeTo(1.1) }],
    })
    expect(verdictOf(hidden(0.8), rules({ limits }))).toMatchObject({
      outcome: 'not-better',
      reason: 'worse on inputs that are not shown: vetoed (+40.0% [+40.0%, +40.0%] over all)',
    })
  })
})

test('a hidden configuration that is no longer there is a loss', () => {
  const withoutHidden = {
    candidate: scored(1.4),
    reference: { ...scored(1), holdout: [{ configuration: 'secret', value: 1 }] },
  }
  const limits = [
    { configuration: 'secret', isHidden: true as const, loss: 1, medianLoss: 1, record: 3, lead: 0 },
  ]
  const rounds = (['screen', 'decide', 'confirm'] as const).flatMap((stage, index) =>
    times(3 + 2 * Math.min(index, 1), round(stage, [1.4], withoutHidden)),
  )
  expect(verdictOf(rounds, rules({ limits })).reason).toMatch(/^worse on inputs that are not shown: vetoed/)
})

describe('an implausible gain', () => {
  const claim = (factor: number): readonly Round[] => [
    ...times(3, round('screen', [factor])),
    ...times(5, round('decide', [factor])),
    ...times(5, round('confirm', [factor])),
  ]

  test('is held: measured at length, and marked where it is real', () => {
    expect(verdictOf(claim(9)).outcome).toBe('better')
    expect(judge(claim(12), rules())).toEqual({ measure: 'hold', against: 3 })
    const verdict = verdictOf([...claim(12), ...times(10, round('hold', [11.5]))])
    expect(verdict).toMatchObject({
      outcome: 'better',
      gain: expect.closeTo(10.5),
      evidence: { held: { configuration: 'a', change: expect.closeTo(11) }, rounds: 23 },
    })
    expect(verdictOf([...claim(12), ...times(10, round('hold', [0.9]))]).outcome).toBe('not-better')
  })

  test('is also one that the scorer itself does not believe', () => {
    const doubted = claim(1.2).map((each) => ({
      ...each,
      candidate: { ...scored(1.2), implausible: 'too fast' },
    }))
    expect(judge(doubted, rules())).toMatchObject({ measure: 'hold' })
    expect(verdictOf([...doubted, ...times(10, round('hold', [1.2]))])).toMatchObject({
      outcome: 'better',
      evidence: { held: { configuration: 'a', change: expect.closeTo(0.2) } },
    })
  })

  test('is also one above the bound of the task, on either side', () => {
    const bounds = [{ configuration: 'a', bound: 1.2 }]
    expect(judge(claim(1.25), rules({ bounds }))).toMatchObject({ measure: 'hold' })
    expect(verdictOf(claim(1.15), rules({ bounds })).outcome).toBe('better')
    const below = { bounds: [{ configuration: 'a', bound: 0.9 }], direction: 'minimize' as const }
    expect(judge(claim(0.8), rules(below))).toMatchObject({ measure: 'hold' })
  })
})

describe('failures', () => {
  const wrong = round('screen', [1], { candidate: failed('incorrect') })
  const crashed = round('screen', [1], { candidate: failed() })
  const broken = round('screen', [1], { reference: failed('timeout') })
  const both = round('screen', [1], { candidate: failed(), reference: failed() })

  test('a wrong answer is the end, a crash is repeated once', () => {
    expect(verdictOf([wrong])).toEqual({
      outcome: 'not-better',
      reason: 'it failed: incorrect',
      score: failed('incorrect'),
      gain: null,
    })
    expect(judge([crashed], rules())).toMatchObject({ measure: 'screen' })
    expect(verdictOf([crashed, ...roundsOf('screen', 0.1), crashed])).toMatchObject({
      outcome: 'not-better',
      score: failed(),
    })
  })

  test('where the best version fails too, nothing is said about the candidate', () => {
    expect(judge([broken], rules())).toMatchObject({ measure: 'screen' })
    expect(verdictOf([broken, both])).toMatchObject({
      outcome: 'indecisive',
      reason: expect.stringContaining('it failed: timeout'),
    })
    expect(judge([both, crashed], rules())).toMatchObject({ measure: 'screen' })
  })
})

describe('a machine that something else uses', () => {
  const steady = rules({ drift: 0.05 })
  /** A round at a level of speed, or one in which it changes between the two. */
  const at = (stage: Round['stage'], level: number, gain: number, then = level): Round =>
    round(stage, [1], { first: 'reference', reference: scored(level), candidate: scored(then * (1 + gain)) })
  const opening = times(8, at('decide', 1, 0.03))

  test('a round counts only between two scores of the version that agree', () => {
    expect(judge(opening, steady)).toMatchObject({ measure: 'decide' })
    expect(judge([...opening, at('decide', 1, 0.03)], steady)).toMatchObject({ measure: 'confirm' })
    // The load comes in the middle of a round, which looks like a loss of 39%, and stays.
    const loaded = [...opening.slice(1), at('decide', 1, 0.03, 0.6), ...times(2, at('decide', 0.6, 0.03))]
    expect(judge(loaded, steady)).toMatchObject({ measure: 'confirm' })
    expect(judge(loaded, rules())).not.toMatchObject({ measure: 'confirm' })
  })

  test('a score of the version that is far off by itself is noise like that of the candidate, and stays', () => {
    const spiked = at('decide', 0.6, 0.03)
    const rest = opening.slice(2)
    // Nobody can say yet whether the machine has changed; once the version is back where it was, that it has not.
    expect(judge([...rest, spiked], steady)).toMatchObject({ measure: 'decide' })
    expect(judge([...rest, spiked, ...times(2, at('decide', 1, 0.03))], steady)).toMatchObject({
      measure: 'confirm',
    })
  })

  test('the bad rounds of the candidate itself stay: the version does not move with them', () => {
    const unsteady = [...opening, at('decide', 1, -0.8), at('decide', 1, 0.03)]
    expect(verdictOf(unsteady.slice(1), steady)).toMatchObject({ outcome: 'not-better' })
  })

  test('what was decided stays decided, whatever the round after it shows', () => {
    const late = [...opening, at('decide', 1, -0.5), at('confirm', 1, 0.03)]
    expect(judge(late, steady)).toMatchObject({ measure: 'confirm' })
    const verdict = verdictOf([...late, ...times(5, at('confirm', 1, 0.03))], steady)
    expect(verdict).toMatchObject({ outcome: 'better', evidence: { rounds: 13 } })
  })

  test('where it finds no rest at all, nothing can be said', () => {
    const restless = Array.from({ length: 33 }, (_, index) => at('screen', 0.6 ** (index % 3), 0.03))
    expect(judge(restless.slice(0, 30), steady)).toMatchObject({ measure: 'screen' })
    expect(verdictOf(restless, steady)).toMatchObject({
      outcome: 'indecisive',
      reason: 'in 33 of 33 rounds something else used the machine',
    })
  })
})

describe('without noise, or without the means', () => {
  const exact = (changes: Partial<Rules> = {}): Rules =>
    rules({ plan: { kind: 'exact', maxRounds: 1, confirmRounds: 1 }, floor: 0, sd: null, ...changes })

  test.each([
    [11, 'maximize', 'improvement', 'better', 0.1],
    [10, 'maximize', 'improvement', 'not-better', 0],
    [10, 'maximize', 'improvement_or_equal', 'better', 0],
    [9.9, 'maximize', 'improvement_or_equal', 'not-better', -0.01],
    [5, 'minimize', 'improvement', 'better', 1],
    [11, 'minimize', 'improvement', 'not-better', 10 / 11 - 1],
  ] as const)('one run decides: %d against 10, %s, %s: %s', (value, direction, accept, outcome, gain) => {
    const run = round('exact', [1], { candidate: scored(value), reference: scored(10), first: null })
    const verdict = verdictOf([run], exact({ direction, accept }))
    expect(verdict.outcome).toBe(outcome)
    expect(verdict.gain).toBeCloseTo(gain)
    if (verdict.outcome === 'better')
      expect(verdict.evidence).toMatchObject({ rounds: 1, interval: null, z: null, unconfirmed: false })
  })

  test('a least gain holds there as well', () => {
    const floor = Math.log1p(0.02)
    expect(verdictOf(roundsOf('exact', 0.01), exact({ floor })).reason).toContain('least gain that counts')
    expect(verdictOf(roundsOf('exact', 0.03), exact({ floor })).outcome).toBe('better')
  })

  test('a candidate that rolls dice must be better, not lucky', () => {
    const by = exact({ plan: { kind: 'exact', maxRounds: 30, confirmRounds: 5 } })
    expect(judge(roundsOf('exact', 0.1), by)).toEqual({ measure: 'exact', against: 3 })
    expect(verdictOf(roundsOf('exact', 0.1, 0.1), by).outcome).toBe('better')
    expect(judge(roundsOf('exact', 0.1, -0.1), by)).toEqual({ measure: 'screen', against: 3 })
    const random = createRandom(7)
    const roll = (): number => (random() - 0.5) / 5
    let accepted = 0
    for (let candidate = 0; candidate < 300; candidate++) {
      const rounds: Round[] = []
      let ruling = judge(rounds, by)
      while ('measure' in ruling) {
        rounds.push(...roundsOf(ruling.measure, roll()))
        ruling = judge(rounds, by)
      }
      if (ruling.verdict.outcome === 'better') accepted += 1
    }
    expect(accepted).toBeLessThanOrEqual(6)
  })

  test('a few rounds decide by their mean, and are marked', () => {
    const plan = { kind: 'unconfirmed' as const, maxRounds: 2, confirmRounds: 1 }
    const by = rules({ plan, floor: 0, sd: null })
    expect(judge(roundsOf('single', 0.02), by)).toEqual({ measure: 'single', against: 3 })
    expect(verdictOf(roundsOf('single', 0.02, -0.03), by).outcome).toBe('not-better')
    expect(verdictOf(roundsOf('single', 0.02, -0.01), by)).toMatchObject({
      outcome: 'better',
      reason: expect.stringContaining('unconfirmed'),
      evidence: { unconfirmed: true, rounds: 2 },
    })
  })
})
