import { createRandom, type Random } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'
import { drawNormal } from '../gate/rounds.ts'
import { playRun } from './gate-run.ts'

/** True scores of a solution, by configuration. */
export type Truth = readonly number[]

/** What an edit makes of the true scores. */
export type Edit = (best: Truth) => Truth

/** A scorer that is known, so that what the gate says can be held against what is true. */
export interface World {
  readonly random: Random
  /** Standard deviation of a score's logarithm. */
  readonly noise: number
  /** Part of the scores that is left while something else uses the machine; it comes and goes at any time. */
  readonly load?: number
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

/** Plays the algorithm with the real gate. */
export async function playGate(world: World, edits: readonly Edit[]): Promise<Outcome> {
  const truths = new Map([['seed', world.seed]])
  const truthOf = (tree: string): Truth => truths.get(tree) ?? world.seed
  const sample = createSampler(world)
  const proposals = edits.map((edit, index) => (best: string): string => {
    truths.set(`edit ${index}`, edit(truthOf(best)))
    return `edit ${index}`
  })
  const order = createRandom(Math.floor(world.random() * 2 ** 32))
  const state = await playRun(async (tree) => sample(truthOf(tree)), proposals, order)
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
function createSampler({ random, noise, load }: World): (truth: Truth) => CorrectScore {
  let isLoaded = false
  return (truth) => {
    if (load !== undefined && random() < LOAD_CHANGES) isLoaded = !isLoaded
    const speed = isLoaded && load !== undefined ? load : 1
    return toScore(truth.map((value) => value * speed * Math.exp(noise * drawNormal(random))))
  }
}

function toScore(values: readonly number[]): CorrectScore {
  const scores = values.map((value, index) => ({ configuration: `configuration ${index + 1}`, value }))
  return { correct: true, value: geometricMean(values), scores }
}
