import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../src/storage/journal-file.ts'
import { reconcile } from '../../src/storage/reconcile.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { version } from './versions.ts'

async function journalWith(numbers: readonly number[]) {
  const journal = await openJournal(join(await temporaryDirectory(), 'events.jsonl'))
  for (const number of numbers) journal.record({ type: 'version.committed', version: version(number) })
  return journal
}

describe('reconcile', () => {
  it('records versions that a crash kept out of the journal, once', async () => {
    const journal = await journalWith([0])
    journal.record({ type: 'attempt.started', attempt: 1 })
    const versions = [version(0), version(1)]
    reconcile(journal, { versions })
    reconcile(journal, { versions })
    expect(journal.state.versions).toEqual(versions)
    expect(journal.state.attempt).toBeNull()
    expect(journal.state.ledger).toMatchObject([{ number: 1, outcome: 'accepted' }])
  })

  it('rebuilds a lost journal from the lineage', async () => {
    const journal = await journalWith([])
    reconcile(journal, { versions: [version(0), version(1), version(2)] })
    expect(journal.state.versions.map(({ number }) => number)).toEqual([0, 1, 2])
  })

  it.each([
    ['is gone', [version(0)]],
    ['is another commit', [version(0), version(1, { commit: 'f'.repeat(40) }), version(2)]],
  ])('refuses when a recorded version %s', async (_case, versions) => {
    const journal = await journalWith([0, 1])
    expect(() => reconcile(journal, { versions })).toThrow(
      expect.objectContaining({
        code: 'storage',
        message: expect.stringContaining('v1'),
        hint: expect.stringContaining(version(1).commit),
      }),
    )
    expect(journal.state.versions).toHaveLength(2)
  })
})
