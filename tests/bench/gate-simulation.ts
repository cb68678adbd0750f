import { type Evolution, evolve } from '../../src/evolve.ts'
import { createGate } from '../../src/gate/gate.ts'
import type { Measure } from '../../src/gate/measure-round.ts'
import type { GateSettings } from '../../src/gate/plan.ts'
import { createRandom, type Random } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import type { Lineage, Version } from '../../src/lineage.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'
import { createStop } from '../../src/stop.ts'
import { drawNormal } from '../gate/rounds.ts'
import { memoryJournal } from '../memory-journal.ts'

export const SETTINGS: GateSettings = {
  policy: 'auto',
  alpha: 0.02,
  minGain: 0,
  maxRounds: 30,
  confirmRounds: 5,
  veto: 0.03,
  mayWorsen: [],
}

/** True scores of a solution, by configuration. */
export type Truth = readonly number[]

/** A scorer that is known, so that what the gate says can be held against what is true. */
export interface World {
  readonly random: Random
  /** Standard deviation of a score's logarithm. */
  readonly noise: number
  /** Part of their speed that the scores keep while something else uses the machine; it comes and goes at any time. */
  readonly load?: number
  /** What the seed truly scores. */
  readonly seed: Truth
}

/** Chance, at each run of the scorer, that the load comes or goes. */
const LOAD_CHANGES = 0.02

/** Makes the scores of a world, one run after the other. */
export function createSampler({ random, noise, load = 1 }: World): (truth: Truth) => CorrectScore {
  let isLoaded = false
  return (truth) => {
    if (random() < LOAD_CHANGES) isLoaded = !isLoaded
    const speed = isLoaded ? load : 1
    return toScore(truth.map((value) => value * speed * Math.exp(noise * drawNormal(random))))
  }
}

/** The true score of a solution. */
export function toScore(truth: Truth): CorrectScore {
  const scores = truth.map((value, index) => ({ configuration: `configuration ${index + 1}`, value }))
  return { correct: true, value: geometricMean(truth), scores }
}

/** What a run with the real gate came to. */
export interface Outcome {
  readonly state: RunState
  /** What the versions truly score, seed first. */
  readonly truths: readonly Truth[]
  readonly scorerRuns: number
}

/** Plays the algorithm with the real gate; each proposal is made from what the best version truly scores. */
export async function playGate(
  world: World,
  proposals: readonly ((best: Truth) => Truth)[],
  settings: Partial<GateSettings> = {},
): Promise<Outcome> {
  const trees = new Map<string, Truth>([['seed', world.seed]])
  const sample = createSampler(world)
  let scorerRuns = 0
  const measure: Measure = async (tree) => {
    scorerRuns += 1
    return sample(trees.get(tree) ?? world.seed)
  }
  const journal = memoryJournal()
  const versions: Version[] = []
  const gate = createGate({
    journal,
    measure,
    workspace: {
      diff: async (from, to) => (from === to ? '' : `diff --git a/${to} b/${to}\n`),
      readFile: async () => null,
    },
    scorer: 'simulated',
    machine: 'simulated',
    settings: { ...SETTINGS, ...settings },
    accept: 'improvement',
    direction: 'maximize',
    random: createRandom(Math.floor(world.random() * 2 ** 32)),
  })
  let attempt = 0
  const run: Evolution = {
    journal,
    lineage: memoryLineage(versions),
    scorer: 'simulated',
    seed: async () => ({ tree: 'seed', summary: 'seed' }),
    evaluate: ({ tree }, signal) => measure(tree, '', signal),
    calibrate: gate.calibrate,
    gate: gate.decide,
    compare: gate.compare,
    supervise: async () => undefined,
    stop: createStop({ maxAttempts: proposals.length }, true),
    async vary() {
      const best = trees.get(versions.at(-1)?.tree ?? 'seed') ?? world.seed
      const tree = `proposal-${attempt}`
      trees.set(tree, proposals[attempt]?.(best) ?? best)
      attempt += 1
      return { tree, summary: tree }
    },
  }
  await evolve(run, new AbortController().signal)
  const truths = versions.map(({ tree }) => trees.get(tree) ?? world.seed)
  return { state: journal.state, truths, scorerRuns }
}

/** Keep what scores better, once: what every other loop of the kind does. */
export function playGreedily(
  world: World,
  proposals: readonly ((best: Truth) => Truth)[],
): { readonly truth: Truth; readonly reported: number; readonly scorerRuns: number } {
  const sample = createSampler(world)
  const seed = sample(world.seed).value
  let [truth, best] = [world.seed, seed]
  for (const propose of proposals) {
    const candidate = propose(truth)
    const { value } = sample(candidate)
    if (value > best) [truth, best] = [candidate, value]
  }
  return { truth, reported: best / seed - 1, scorerRuns: proposals.length + 1 }
}

function memoryLineage(versions: Version[]): Lineage {
  return {
    versions,
    async commit(solution, record) {
      const version = {
        ...solution,
        ...record,
        number: versions.length,
        commit: solution.tree,
        committedAt: new Date().toISOString(),
      }
      versions.push(version)
      return version
    },
    keep: async () => undefined,
  }
}
