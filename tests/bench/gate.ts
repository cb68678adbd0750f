import { createRandom, type Random } from '../../src/gate/random.ts'
import { multiplyGains } from '../../src/lineage.ts'
import { geometricMean } from '../../src/score.ts'
import { renderPercent } from '../../src/text.ts'
import { playReal, type WorkEdit } from './gate-real.ts'
import { type Edit, playGate, playGreedily, type Truth, type World } from './gate-simulation.ts'
import type { Figure } from './main.ts'

const SEED: Truth = [1, 2, 3, 4]
/** Part of the speed that is left while something else uses the machine. */
const LOAD = 0.6

/**
 * What the gate's word is worth: on a scorer whose truth is known, also while something else uses the machine from time to time,
 * and on one that takes real time while every core is busy, on and off.
 */
export async function benchGate(): Promise<readonly Figure[]> {
  return [
    await countNoOpAccepts(),
    await countDetections(1, 'a quiet machine'),
    await countDetections(LOAD, 'load on and off'),
    await countVetoes(),
    ...(await compareRecordedWithDirect()),
    ...(await compareWithGreedy()),
    ...(await measureReal()),
  ]
}

async function countNoOpAccepts(): Promise<Figure> {
  const world = { random: createRandom(1), noise: 0.02, load: LOAD, seed: SEED }
  const { state } = await playGate(
    world,
    times(200, (): Edit => scale([])),
  )
  return atMost('accepts in 200 no-op edits, 2% noise, load on and off', state.versions.length - 1, 2)
}

async function countDetections(load: number, when: string): Promise<Figure> {
  const detected = await countAccepted(100, load, scaleAll(1.03))
  return atLeast(`+3% at 1% noise, accepted of 100, ${when}`, detected, 95)
}

async function countVetoes(): Promise<Figure> {
  const accepted = await countAccepted(50, LOAD, scale([1.12, 1.12, 1.12, 0.8]))
  return atMost('one configuration at -20%, +3% over all, accepted of 50', accepted, 0)
}

/** A gain that is planted once: what the log says of it, what the direct comparison says, and what is true. */
async function compareRecordedWithDirect(): Promise<readonly Figure[]> {
  const random = createRandom(5)
  let [agreed, held, planted] = [0, 0, 0]
  while (planted < 50) {
    const gain = 0.03 + 0.27 * random()
    const { state } = await playGate({ random, noise: 0.01, load: LOAD, seed: SEED }, [scaleAll(1 + gain)])
    const interval = state.versions[1]?.evidence?.interval
    if (interval === undefined || interval === null) continue
    planted += 1
    if (state.comparison?.differs === false) agreed += 1
    if (interval.low <= gain && gain <= interval.high) held += 1
  }
  return [
    atLeast('recorded and direct gain agree, of 50 planted', agreed, 45),
    atLeast('the true gain is in the recorded interval, of 50', held, 45),
  ]
}

/** A search as they are: most edits lose, some do nothing, a few gain a little. Means of ten searches. */
async function compareWithGreedy(): Promise<readonly Figure[]> {
  const searches = await Promise.all(
    times(10, async (index) => {
      const draw = createRandom(100 + index)
      const edits = times(200, () => scaleAll(drawEffect(draw)))
      const makeWorld = (): World => ({ random: createRandom(200 + index), noise: 0.02, seed: SEED })
      const greedy = playGreedily(makeWorld(), edits)
      const { state, truth } = await playGate(makeWorld(), edits)
      return {
        truth: gainOf(truth),
        reported: multiplyGains(state.versions),
        greedyTruth: gainOf(greedy.truth),
        greedyReported: greedy.reported,
        runs: state.evaluations,
      }
    }),
  )
  const average = (key: keyof (typeof searches)[number]): number =>
    searches.reduce((sum, search) => sum + search[key], 0) / searches.length
  const boast = (reported: number, truth: number): number => (1 + reported) / (1 + truth) - 1
  const ours = boast(average('reported'), average('truth'))
  const theirs = boast(average('greedyReported'), average('greedyTruth'))
  const runs = average('runs') / 200
  return [
    {
      name: 'true gain of 200 edits at 2% noise',
      value: renderPercent(average('truth')),
      target: `> ${renderPercent(average('greedyTruth'))} (greedy)`,
      met: average('truth') > average('greedyTruth'),
    },
    {
      name: 'reported over true gain',
      value: renderPercent(ours),
      target: `< ${renderPercent(theirs)} (greedy)`,
      met: Math.abs(ours) < Math.abs(theirs),
    },
    {
      name: 'runs of the scorer for an edit',
      value: runs.toFixed(1),
      target: '≤ 20 (greedy 1)',
      met: runs <= 20,
    },
  ]
}

async function measureReal(): Promise<readonly Figure[]> {
  const noOps = await playReal(times(200, (): WorkEdit => (work) => work))
  const faster = await playReal(times(20, (): WorkEdit => (work) => work.map((rounds) => rounds / 1.1)))
  const veto = await playReal(
    times(
      10,
      (): WorkEdit =>
        ([a = 0, b = 0, c = 0]) => [a / 1.18, b / 1.18, c / 0.8],
    ),
  )
  return [
    atMost('real scorer, load on and off: accepts in 200 no-op edits', noOps.versions.length - 1, 2),
    atLeast('real scorer, load on and off: +10% accepted of 20', faster.versions.length - 1, 19),
    atMost('real scorer, load on and off: -20% in one of three accepted of 10', veto.versions.length - 1, 0),
    {
      name: 'real scorer, load on and off: 20 steps of +10% against the seed',
      value: renderPercent(faster.comparison?.gain ?? 0),
      target: renderPercent(1.1 ** (faster.versions.length - 1) - 1),
      met: faster.comparison?.differs === false,
    },
  ]
}

/** How many of so many candidates, each in a world of its own at 1% noise, the gate accepts. */
async function countAccepted(count: number, load: number, edit: Edit): Promise<number> {
  let accepted = 0
  for (let index = 0; index < count; index++) {
    const { state } = await playGate({ random: createRandom(1_000 + index), noise: 0.01, load, seed: SEED }, [
      edit,
    ])
    accepted += state.versions.length - 1
  }
  return accepted
}

function drawEffect(random: Random): number {
  const kind = random()
  if (kind < 0.12) return 1.01 + 0.04 * random()
  if (kind < 0.4) return 1
  return 1 - 0.05 * random()
}

function scale(factors: readonly number[]): Edit {
  return (best) => best.map((value, index) => value * (factors[index] ?? 1))
}

function scaleAll(factor: number): Edit {
  return (best) => best.map((value) => value * factor)
}

function gainOf(truth: Truth): number {
  return geometricMean(truth) / geometricMean(SEED) - 1
}

function times<Result>(count: number, make: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function atMost(name: string, value: number, limit: number): Figure {
  return { name, value: String(value), target: `≤ ${limit}`, met: value <= limit }
}

function atLeast(name: string, value: number, limit: number): Figure {
  return { name, value: String(value), target: `≥ ${limit}`, met: value >= limit }
}
