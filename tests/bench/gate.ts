import { createRandom, type Random } from '../../src/gate/random.ts'
import { multiplyGains } from '../../src/lineage.ts'
import { geometricMean } from '../../src/score.ts'
import { renderPercent } from '../../src/text.ts'
import { benchRealScorer } from './gate-real.ts'
import { playGate, playGreedily, type Truth, type World } from './gate-simulation.ts'
import type { Figure } from './main.ts'

const SEED: Truth = [1, 2, 3, 4]
/** Part of the speed that is left while something else uses the machine. */
const LOAD = 0.6

/**
 * What the gate's word is worth: on a scorer whose truth is known, where also half of the time something else uses the machine,
 * and on one that takes real time.
 */
export async function benchGate(): Promise<readonly Figure[]> {
  return [
    await countNoOpAccepts(),
    await countDetections('', undefined),
    await countDetections(', load on and off', LOAD),
    await countVetoes(),
    ...(await compareRecordedWithDirect()),
    ...(await compareWithGreedy()),
    ...(await benchRealScorer()),
  ]
}

async function countNoOpAccepts(): Promise<Figure> {
  const world = { random: createRandom(1), noise: 0.02, load: LOAD, seed: SEED }
  const { state } = await playGate(
    world,
    times(200, () => same),
  )
  return atMost(
    'simulated: accepts in 200 no-op edits, 2% noise, load on and off',
    state.versions.length - 1,
    2,
  )
}

async function countDetections(when: string, load: number | undefined): Promise<Figure> {
  const detected = await countAccepted(100, (random) => ({
    world: { random, noise: 0.01, seed: SEED, ...(load === undefined ? {} : { load }) },
    proposal: scale([1.03, 1.03, 1.03, 1.03]),
  }))
  return atLeast(`simulated: +3% at 1% noise accepted, of 100${when}`, detected, 95)
}

async function countVetoes(): Promise<Figure> {
  const accepted = await countAccepted(50, (random) => ({
    world: { random, noise: 0.01, load: LOAD, seed: SEED },
    proposal: scale([1.12, 1.12, 1.12, 0.8]),
  }))
  return atMost('simulated: one configuration at -20%, +3% over all, accepted, of 50', accepted, 0)
}

/** A gain that is planted once: what the log says of it, what the direct comparison says, and what is true. */
async function compareRecordedWithDirect(): Promise<readonly Figure[]> {
  const random = createRandom(5)
  let [agreed, held, planted] = [0, 0, 0]
  while (planted < 50) {
    const gain = 0.03 + 0.27 * random()
    const world = { random, noise: 0.01, load: LOAD, seed: SEED }
    const { state } = await playGate(world, [scale([1 + gain, 1 + gain, 1 + gain, 1 + gain])])
    const interval = state.versions[1]?.evidence?.interval
    if (interval === undefined || interval === null) continue
    planted += 1
    if (state.comparison?.differs === false) agreed += 1
    if (interval.low <= gain && gain <= interval.high) held += 1
  }
  return [
    atLeast('simulated: recorded and direct gain agree, of 50 planted', agreed, 48),
    atLeast('simulated: the true gain is in the recorded interval, of 50', held, 45),
  ]
}

/** A search as they are: most proposals lose, some are nothing, a few gain a little. */
async function compareWithGreedy(): Promise<readonly Figure[]> {
  const runs = await Promise.all(
    times(10, async (_run, index) => {
      const draw = createRandom(100 + index)
      const proposals = times(200, () => scaleAll(drawEffect(draw)))
      const makeWorld = (): World => ({ random: createRandom(200 + index), noise: 0.02, seed: SEED })
      const greedy = playGreedily(makeWorld(), proposals)
      const { state, truths, scorerRuns } = await playGate(makeWorld(), proposals)
      return {
        greedy: { truth: gainOf(greedy.truth), reported: greedy.reported, scorerRuns: greedy.scorerRuns },
        gate: { truth: gainOf(truths.at(-1) ?? SEED), reported: multiplyGains(state.versions), scorerRuns },
      }
    }),
  )
  const average = (pick: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + pick(run), 0) / runs.length
  const [truth, reported] = [average(({ gate }) => gate.truth), average(({ gate }) => gate.reported)]
  const [greedyTruth, greedyReported] = [
    average(({ greedy }) => greedy.truth),
    average(({ greedy }) => greedy.reported),
  ]
  const perProposal = average(({ gate }) => gate.scorerRuns) / 200
  return [
    {
      name: 'simulated: true gain of 200 proposals at 2% noise, gate',
      value: renderPercent(truth),
      target: `> ${renderPercent(greedyTruth)} of greedy`,
      met: truth > greedyTruth,
    },
    {
      name: 'simulated: reported over true gain, gate',
      value: renderPercent((1 + reported) / (1 + truth) - 1),
      target: `< ${renderPercent((1 + greedyReported) / (1 + greedyTruth) - 1)} of greedy`,
      met: Math.abs(reported - truth) < Math.abs(greedyReported - greedyTruth),
    },
    {
      name: 'simulated: runs of the scorer for a proposal, gate',
      value: perProposal.toFixed(1),
      target: '≤ 25 (greedy 1)',
      met: perProposal <= 25,
    },
  ]
}

/** How many of so many candidates, each in a world of its own, the gate accepts. */
async function countAccepted(
  count: number,
  make: (random: Random) => { readonly world: World; readonly proposal: (best: Truth) => Truth },
): Promise<number> {
  let accepted = 0
  for (let index = 0; index < count; index++) {
    const { world, proposal } = make(createRandom(1_000 + index))
    const { state } = await playGate(world, [proposal])
    accepted += state.versions.length - 1
  }
  return accepted
}

function drawEffect(random: Random): number {
  const kind = random()
  if (kind < 0.12) return 1 + 0.01 + 0.04 * random()
  if (kind < 0.4) return 1
  return 1 - 0.05 * random()
}

function same(best: Truth): Truth {
  return best
}

function scale(factors: readonly number[]): (best: Truth) => Truth {
  return (best) => best.map((value, index) => value * (factors[index] ?? 1))
}

function scaleAll(factor: number): (best: Truth) => Truth {
  return scale(SEED.map(() => factor))
}

function gainOf(truth: Truth): number {
  return geometricMean(truth) / geometricMean(SEED) - 1
}

function times<Result>(count: number, make: (_: undefined, index: number) => Result): Result[] {
  return Array.from({ length: count }, make)
}

function atMost(name: string, value: number, limit: number): Figure {
  return { name, value: String(value), target: `≤ ${limit}`, met: value <= limit }
}

function atLeast(name: string, value: number, limit: number): Figure {
  return { name, value: String(value), target: `≥ ${limit}`, met: value >= limit }
}
