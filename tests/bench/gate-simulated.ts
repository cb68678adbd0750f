import { createRandom, type Random } from '../../src/gate/random.ts'
import { standardDeviation } from '../../src/gate/statistics.ts'
import { multiplyGains } from '../../src/lineage.ts'
import { geometricMean } from '../../src/score.ts'
import { renderPercent, renderSize } from '../../src/text.ts'
import { atLeast, atMost, type Report } from './figure.ts'
import { type Edit, playGate, playGreedily, type Truth, type Weather, type World } from './gate-simulation.ts'

/** A part of the benchmark that always gives the same figures: all its random numbers come from the seeds that it names. */
export type SimulatedPart = (part: string, report: Report) => Promise<void>

const SEED: Truth = [1, 2, 3, 4]
/** Part of the speed that is left while something else uses the machine. */
const LOAD = 0.6
const NO_OPS = 200
const SEEDS = [1, 2, 3, 4, 5] as const

/** What the gate's word is worth on scorers whose truth is known. The part that takes longest is the first. */
export const SIMULATED: Readonly<Record<string, SimulatedPart>> = {
  'greedy keep-if-better': compareWithGreedy,
  'no-op edits, load on and off': countNoOps({ noise: 0.02, load: LOAD }, SEED),
  'no-op edits, speed that wanders by 5% (AR(1))': countNoOps({ noise: 0.01, drift: 0.05 }, SEED),
  'no-op edits, slow log-normal spikes in 5% of the scores': countNoOps(
    { noise: 0.01, spikes: { chance: 0.05, sign: 'slow' } },
    SEED,
  ),
  'no-op edits, fast log-normal spikes in 15%, one configuration': countNoOps(
    { noise: 0.01, spikes: { chance: 0.15, sign: 'fast' } },
    [1],
  ),
  'detection, quiet machine': countDetections({ noise: 0.01 }),
  'detection, load on and off': countDetections({ noise: 0.01, load: LOAD }),
  'detection, speed that wanders by 5% (AR(1))': countDetections({ noise: 0.01, drift: 0.05 }),
  'recorded and direct gain': compareRecordedWithDirect,
  'veto, load on and off': countVetoes,
  'small losses, load on and off': addUpLosses,
}

function countNoOps(weather: Weather, seed: Truth): SimulatedPart {
  return async (part, report) => {
    const accepts: number[] = []
    for (const number of SEEDS) {
      const done = accepts.length * NO_OPS
      const { state } = await playGate(
        { ...weather, random: createRandom(number), seed },
        times(NO_OPS, () => (best) => best),
        (decided) => report.progress(part, done + decided, SEEDS.length * NO_OPS),
      )
      accepts.push(state.versions.length - 1)
    }
    const counts = accepts.join(', ')
    const all = accepts.reduce((sum, count) => sum + count)
    report.figure(atMost(`accepts in 200 ${part}, seeds 1–5: ${counts}; mean`, all / SEEDS.length, 2))
  }
}

function countDetections(weather: Weather): SimulatedPart {
  return async (part, report) => {
    const detected = await countAccepted(100, weather, scaleAll(1.03), part, report)
    report.figure(atLeast(`${part}: +3% at 1% noise, accepted of 100, seeds 1000–1099`, detected, 95))
  }
}

async function countVetoes(part: string, report: Report): Promise<void> {
  const isWorse: Edit = (best) => best.map((value, index) => value * (index === 3 ? 0.8 : 1.03))
  const isPaidFor: Edit = (best) => best.map((value, index) => value * (index === 3 ? 0.8 : 1.12))
  const weather = { noise: 0.01, load: LOAD }
  const worse = await countAccepted(50, weather, isWorse, part, report)
  report.figure(atMost(`${part}: -20% in one, +3% in the rest, accepted of 50`, worse, 0))
  const paidFor = await countAccepted(50, weather, isPaidFor, part, report)
  report.figure(atMost(`${part}: -20% in one, +12% in the rest (+3% over all), of 50`, paidFor, 0))
}

/** Each step gains over all and takes a little of one configuration, less than the veto lets through. */
async function addUpLosses(part: string, report: Report): Promise<void> {
  const [runs, steps] = [10, 12]
  const left: number[] = []
  const step: Edit = (best) => best.map((value, index) => value * (index === 3 ? 0.975 : 1.06))
  for (let run = 0; run < runs; run++) {
    const world = { random: createRandom(300 + run), noise: 0.01, load: LOAD, seed: SEED }
    const { truth } = await playGate(
      world,
      times(steps, () => step),
    )
    left.push((truth[3] ?? 0) / (SEED[3] ?? 1) - 1)
    report.progress(part, run + 1, runs)
  }
  const worst = Math.min(...left)
  report.figure(
    atLeast(
      `${part}: most that ${steps} steps of -2.5% take in ${runs} runs, seeds 300–309`,
      worst,
      -0.05,
      renderPercent,
    ),
  )
}

/** A gain that is planted once: what the log says of it, what the direct comparison says, and what is true. */
async function compareRecordedWithDirect(part: string, report: Report): Promise<void> {
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
    report.progress(part, planted, 50)
  }
  report.figure(atLeast(`${part} agree within the interval, of 50 planted, seed 5`, agreed, 45))
  report.figure(atLeast('the true gain is in the recorded interval (95%), of 50', held, 45))
}

/** A search as they are: most edits lose, some do nothing, a few gain a little. Means of ten searches. */
async function compareWithGreedy(part: string, report: Report): Promise<void> {
  const [searches, edits] = [10, 200]
  const boasts: number[] = []
  const sums = { truth: 0, reported: 0, greedyTruth: 0, greedyReported: 0, runs: 0 }
  for (let search = 0; search < searches; search++) {
    const draw = createRandom(100 + search)
    const proposed = times(edits, () => scaleAll(drawEffect(draw)))
    const makeWorld = (): World => ({ random: createRandom(200 + search), noise: 0.02, seed: SEED })
    const greedy = playGreedily(makeWorld(), proposed)
    const { state, truth } = await playGate(makeWorld(), proposed, (decided) =>
      report.progress(part, search * edits + decided, searches * edits),
    )
    boasts.push((1 + multiplyGains(state.versions)) / (1 + gainOf(truth)))
    sums.truth += gainOf(truth) / searches
    sums.reported += multiplyGains(state.versions) / searches
    sums.greedyTruth += gainOf(greedy.truth) / searches
    sums.greedyReported += greedy.reported / searches
    // Greedy measures the seed once, and each edit once.
    sums.runs += state.evaluations / (edits + 1) / searches
  }
  const boast = (reported: number, truth: number): number => (1 + reported) / (1 + truth) - 1
  const ours = boast(sums.reported, sums.truth)
  const theirs = boast(sums.greedyReported, sums.greedyTruth)
  const error = standardDeviation(boasts) / Math.sqrt(searches)
  const greedy = (value: number): string => `${renderPercent(value)} (greedy)`
  report.figure({
    name: 'true gain after 200 edits at 2% noise, means of 10 searches, seeds 100–109',
    value: renderPercent(sums.truth),
    target: `> ${greedy(sums.greedyTruth)}`,
    met: sums.truth > sums.greedyTruth,
  })
  report.figure({
    name: `what is reported above the true gain, the same searches (± ${renderSize(error)}, standard error)`,
    value: renderPercent(ours),
    target: `< ${greedy(theirs)}`,
    met: Math.abs(ours) < Math.abs(theirs),
  })
  report.figure(
    atMost(
      "runs of the scorer to greedy's, the same searches",
      sums.runs,
      20,
      (ratio) => `${ratio.toFixed(1)}×`,
    ),
  )
}

/** How many of so many candidates, each in a world of its own, the gate accepts. */
async function countAccepted(
  count: number,
  weather: Weather,
  edit: Edit,
  part: string,
  report: Report,
): Promise<number> {
  let accepted = 0
  for (let index = 0; index < count; index++) {
    const { state } = await playGate({ ...weather, random: createRandom(1_000 + index), seed: SEED }, [edit])
    accepted += state.versions.length - 1
    report.progress(part, index + 1, count)
  }
  return accepted
}

function drawEffect(random: Random): number {
  const kind = random()
  if (kind < 0.12) return 1.01 + 0.04 * random()
  if (kind < 0.4) return 1
  return 1 - 0.05 * random()
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
