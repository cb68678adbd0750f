import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/lineage.ts'
import type { Interval } from '../../src/measurement.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { reconcile } from '../../src/storage/reconcile.ts'
import type { KeptAttempt } from '../../src/storage/stored-lineage.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { version } from './versions.ts'

async function journalWith(numbers: readonly number[]) {
  const journal = await openJournal(join(await temporaryDirectory(), 'events.jsonl'))
  for (const number of numbers) journal.record({ type: 'version.committed', version: version(number) })
  return journal
}

function lineage(
  versions: readonly Version[],
  kept: readonly KeptAttempt[] = [],
  evaluated: readonly (readonly [number, number])[] = [],
) {
  return { versions, readAttempts: async () => kept, readEvaluations: async () => new Map(evaluated) }
}

describe('reconcile', () => {
  it('records versions that a crash kept out of the journal, once', async () => {
    const journal = await journalWith([0])
    journal.record({ type: 'attempt.started', attempt: 1 })
    const versions = [version(0), version(1)]
    await reconcile(journal, lineage(versions))
    await reconcile(journal, lineage(versions))
    expect(journal.state.versions).toEqual(versions)
    expect(journal.state.attempt).toBeNull()
    expect(journal.state.ledger).toMatchObject([{ number: 1, outcome: 'accepted' }])
  })

  it('rebuilds a lost journal from the lineage', async () => {
    const journal = await journalWith([])
    const versions = [version(0, { costUsd: 0 }), version(1), version(2, { attempt: 4 })]
    const kept = [1, 2, 4, 6].map((attempt) => ({
      attempt,
      tree: 'f'.repeat(40),
      summary: `attempt ${attempt}`,
      costUsd: attempt / 10,
    }))
    await reconcile(journal, lineage(versions, kept))
    expect(journal.state.versions).toEqual(versions)
    expect(journal.state.ledger.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'accepted'],
      [2, 'indecisive'],
      [4, 'accepted'],
      [6, 'indecisive'],
    ])
    expect(journal.state.costUsd).toBeCloseTo(0.42 + 0.42 + 0.6)
    expect(journal.state.costSinceVersionUsd).toBeCloseTo(0.6)
  })

  it('counts on after what attempts have evaluated, also those that submitted nothing', async () => {
    const journal = await journalWith([])
    const kept = [{ attempt: 2, tree: 'f'.repeat(40), summary: 'two', costUsd: 0 }]
    const evaluated = [
      [1, 3],
      [2, 1],
      [3, 2],
    ] as const
    await reconcile(journal, lineage([version(0), version(1)], kept, evaluated))
    expect(journal.state.ledger.map(({ number, outcome, kept }) => [number, outcome, kept])).toEqual([
      [1, 'accepted', 3],
      [2, 'indecisive', 1],
      [3, 'indecisive', 2],
    ])
    const barren = await journalWith([])
    await reconcile(barren, lineage([version(0)], [], [[1, 2]]))
    expect(barren.state.ledger).toMatchObject([{ number: 1, kept: 2 }])
  })

  it('says that the cost is not known where a version does not have it', async () => {
    const journal = await journalWith([])
    await reconcile(journal, lineage([version(0), version(1, { costUsd: null })]))
    expect(journal.state).toMatchObject({ costUsd: 0, unpricedCalls: 1 })
  })

  it('rebuilds nothing where a crash came right after the seed was committed', async () => {
    const journal = await journalWith([])
    await reconcile(journal, lineage([version(0)]))
    expect(journal.state).toMatchObject({ unpricedCalls: 0, ledger: [], versions: [version(0)] })
  })

  it('takes from the verdict what a commit does not say to the last digit', async () => {
    const journal = await journalWith([0])
    const score = { ...version(1).score, metrics: { cycles: 7 } }
    const solution = { tree: version(1).tree, summary: 'as the agent\twrote it' }
    const interval = { low: 0.0211, high: 0.0461 }
    const worst = { configuration: 'n=1e3', change: 0.0341 }
    const evidence = { rounds: 9, interval, z: 3.14, worst, held: null, unconfirmed: false }
    const verdict = { outcome: 'better', reason: 'faster', score, gain: 0.034_123, evidence } as const
    journal.record({ type: 'attempt.started', attempt: 1 })
    journal.record({ type: 'solution.submitted', attempt: 1, solution })
    journal.record({ type: 'gate.decided', attempt: 1, verdict })
    await reconcile(journal, lineage([version(0), version(1)]))
    expect(journal.state.versions[1]).toMatchObject({ ...solution, score, gain: 0.034_123, evidence })
  })

  it('takes from the scores what a message shows of a gain without noise only to its first digits', async () => {
    const scored = (number: number, value: number, gain: number, interval: Interval | null, scorer = 's') =>
      version(number, {
        gain,
        scorer,
        score: { correct: true, value, scores: [{ configuration: 'n=1e3', value }] },
        evidence: {
          rounds: 1,
          interval,
          z: null,
          worst: { configuration: 'n=1e3', change: gain },
          held: null,
          unconfirmed: false,
        },
      })
    const rebuilt = async (...versions: readonly Version[]) => {
      const journal = await journalWith([])
      await reconcile(journal, lineage(versions))
      return journal.state.versions.map(({ gain }) => gain)
    }
    const first = scored(0, 300, 0, null)
    expect((await rebuilt(first, scored(1, 337, 0.123, null)))[1]).toBeCloseTo(37 / 300, 12)
    // Smaller is better.
    expect((await rebuilt(first, scored(1, 267, 0.124, null)))[1]).toBeCloseTo(33 / 267, 12)
    expect((await rebuilt(first, scored(1, 337, 0.123, { low: 0.1, high: 0.2 })))[1]).toBe(0.123)
    expect((await rebuilt(first, scored(1, 337, 0.123, null, 'other')))[1]).toBe(0.123)
    expect((await rebuilt(first, scored(1, 400, 0.123, null)))[1]).toBe(0.123)
  })

  it.each([
    ['is gone', [version(0)]],
    ['is another commit', [version(0), version(1, { commit: 'f'.repeat(40) }), version(2)]],
  ])('refuses when a recorded version %s', async (_case, versions) => {
    const journal = await journalWith([0, 1])
    await expect(reconcile(journal, lineage(versions))).rejects.toThrow(
      expect.objectContaining({
        code: 'storage',
        message: expect.stringContaining('v1'),
        hint: expect.stringContaining(version(1).commit),
      }),
    )
    expect(journal.state.versions).toHaveLength(2)
  })
})
