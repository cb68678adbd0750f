import { createRandom, type Random } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'
import { drawNormal } from '../gate/rounds.ts'
import { playRun } from './gate-run.ts'

/** True scores of a solution, by configuration. */
export type Truth = readonly number[]

/** What an edit makes of the true scores. */
export type Edit = (best: Truth) => Truth

/** How a scorer errs; what is left out does not happen. */
export interface Weather {
  /** Standard deviation of a score's logarithm, each configuration by itself. */
  readonly noise: number
  /** Part of the scores that is left while something else uses the machine; it comes and goes at any time. */
  readonly load?: number
  /** Standard deviation of the logarithm of the machine's speed, which wanders: AR(1) from one run of the scorer to the next. */
  readonly drift?: number
  /** Chance of each score to be far off: by a log-normal factor of 1.2 in the median, and of 2 or more once in fifteen times. */
  readonly spikes?: { readonly chance: number; readonly sign: 'slow' | 'fast' | 'either' }
}

/** A scorer that is known, so that what the gate says can be held against what is true. */
export interface World extends Weather {
  readonly random: Random
  /** What the seed truly scores. */
  readonly seed: Truth
}

/** What a run with the real gate came to. */
export interface Outcome {
  readonly state: RunState
  /** What the last version truly scores. */
  readonly truth: Truth
}

/** Chance, at each run of the scorer, that the load comes or goes. */
const LOAD_CHANGES = 0.02
/** What is left of a deviation of the machine's speed at the next run: half of it after 34 runs. */
const DRIFT_MEMORY = 0.98
/** Logarithm of the log-normal size of a spike: its median and its standard deviation. */
const SPIKE = { median: Math.log(Math.log(1.2)), deviation: 0.9 } as const

/** Plays the algorithm with the real gate. */
export async function playGate(
  world: World,
  edits: readonly Edit[],
  onDecided: (decided: number) => void = () => undefined,
): Promise<Outcome> {
  const truths = new Map([['seed', world.seed]])
  const truthOf = (tree: string): Truth => truths.get(tree) ?? world.seed
  const sample = createSampler(world)
  const proposals = edits.map((edit, index) => (best: string): string => {
    truths.set(`edit ${index}`, edit(truthOf(best)))
    return `edit ${index}`
  })
  const random = createRandom(Math.floor(world.random() * 2 ** 32))
  const measure = async (tree: string): Promise<CorrectScore> => sample(truthOf(tree))
  const state = await playRun({ measure, proposals, random, onDecided }, new AbortController().signal)
  return { state, truth: truthOf(state.versions.at(-1)?.tree ?? 'seed') }
}

/** Keep what scores better, once: what every other loop of the kind does. */
export function playGreedily(
  world: World,
  edits: readonly Edit[],
): { readonly truth: Truth; readonly reported: number } {
  const sample = createSampler(world)
  const seed = sample(world.seed).value
  let [truth, best] = [world.seed, seed]
  for (const edit of edits) {
    const candidate = edit(truth)
    const { value } = sample(candidate)
    if (value > best) [truth, best] = [candidate, value]
  }
  return { truth, reported: best / seed - 1 }
}

/** Makes the scores of a world, one run after the other. */
function createSampler({ random, noise, load, drift, spikes }: World): (truth: Truth) => CorrectScore {
  let isLoaded = false
  let wandered = drift === undefined ? 0 : drift * drawNormal(random)
  return (truth) => {
    if (load !== undefined && random() < LOAD_CHANGES) isLoaded = !isLoaded
    if (drift !== undefined)
      wandered = DRIFT_MEMORY * wandered + drift * Math.sqrt(1 - DRIFT_MEMORY ** 2) * drawNormal(random)
    const speed = (isLoaded && load !== undefined ? load : 1) * Math.exp(wandered)
    return toScore(
      truth.map((value) => value * speed * Math.exp(noise * drawNormal(random) + drawSpike(random, spikes))),
    )
  }
}

/** A logarithm, mostly 0. */
function drawSpike(random: Random, spikes: Weather['spikes']): number {
  if (spikes === undefined || random() >= spikes.chance) return 0
  const size = Math.exp(SPIKE.median + SPIKE.deviation * drawNormal(random))
  const isSlow = spikes.sign === 'slow' || (spikes.sign === 'either' && random() < 0.5)
  return isSlow ? -size : size
}

function toScore(values: readonly number[]): CorrectScore {
  const scores = values.map((value, index) => ({ configuration: `configuration ${index + 1}`, value }))
  return { correct: true, value: geometricMean(values), scores }
}
