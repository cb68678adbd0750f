import { evolve } from '../../src/evolve.ts'
import { createGate } from '../../src/gate/gate.ts'
import type { Measure } from '../../src/gate/measure-round.ts'
import type { GateSettings } from '../../src/gate/plan.ts'
import type { Random } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import type { Lineage, Version } from '../../src/lineage.ts'
import { createStop } from '../../src/stop.ts'
import { memoryJournal } from '../memory-journal.ts'

/** The settings that avo.yaml has when it says nothing. */
const SETTINGS: GateSettings = {
  policy: 'auto',
  alpha: 0.02,
  minGain: 0,
  maxRounds: 30,
  confirmRounds: 5,
  veto: 0.03,
  mayWorsen: [],
}

export interface PlayedRun {
  readonly measure: Measure
  /** Each gives a tree from the best version's. */
  readonly proposals: readonly ((best: string) => string)[]
  /** Draws who is measured first. */
  readonly random: Random
  /** Told when a proposal is decided. */
  readonly onDecided?: (decided: number) => void
}

/** The algorithm with the real gate, from the tree `seed` on. */
export async function playRun(
  { measure, proposals, random, onDecided }: PlayedRun,
  signal: AbortSignal,
): Promise<RunState> {
  const journal = memoryJournal()
  const lineage = memoryLineage()
  const gate = createGate({
    journal,
    measure,
    // Every tree is other code: the diff between two is never empty, and says which.
    workspace: {
      diff: async (from, to) => (from === to ? '' : `diff --git a/x b/x\n${to}\n`),
      readFile: async () => null,
    },
    scorer: 'scorer',
    machine: 'machine',
    settings: SETTINGS,
    accept: 'improvement',
    direction: 'maximize',
    random,
  })
  const left = [...proposals]
  await evolve(
    {
      journal,
      lineage,
      scorer: 'scorer',
      seed: async () => ({ tree: 'seed', summary: 'seed' }),
      evaluate: ({ tree }, signal) => measure(tree, '', signal, 'single'),
      inspire: () => [],
      calibrate: gate.calibrate,
      gate: gate.decide,
      compare: gate.compare,
      supervise: async () => undefined,
      learn: async () => undefined,
      reload: async () => false,
      stop: createStop({ maxAttempts: proposals.length }, true),
      async vary() {
        onDecided?.(proposals.length - left.length)
        const tree = left.shift()?.(lineage.versions.at(-1)?.tree ?? 'seed') ?? 'seed'
        return { tree, summary: tree }
      },
    },
    signal,
  )
  onDecided?.(proposals.length)
  return journal.state
}

function memoryLineage(): Lineage {
  const versions: Version[] = []
  return {
    versions,
    async commit(solution, record) {
      const number = versions.length
      const committedAt = new Date().toISOString()
      const version = { ...solution, ...record, number, commit: solution.tree, committedAt }
      versions.push(version)
      return version
    },
    keep: async () => undefined,
  }
}
