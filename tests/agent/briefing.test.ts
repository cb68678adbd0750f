import { expect, test } from 'vitest'
import { renderBriefing } from '../../src/agent/briefing.ts'
import type { Version } from '../../src/lineage.ts'
import { memoryJournal } from '../memory-journal.ts'

function createVersion(number: number, value: number): Version {
  return {
    number,
    tree: `t${number}`,
    summary: 's',
    commit: 'c',
    score: { correct: true, value, scores: [{ configuration: 'a', value }] },
    gain: 0,
    attempt: number,
    scorer: 's',
    costUsd: 0,
    committedAt: '',
  }
}

function brief(state: ReturnType<typeof memoryJournal>['state'], documents: readonly string[] = []): string {
  return renderBriefing({
    request: { attempt: 1, recalls: false, maxCharacters: 30_000 },
    state,
    direction: 'maximize',
    budget: {},
    workspaceDiff: '',
    newDocuments: documents.map((document) => ({ document, title: `About ${document}` })),
  })
}

test('the seed is compared with nothing, a later version with the seed', () => {
  const journal = memoryJournal()
  journal.record({ type: 'version.committed', version: createVersion(0, 2) })
  expect(brief(journal.state)).toMatch(/## Best so far: v0\ns\nconfiguration +score\n/)
  journal.record({ type: 'version.committed', version: createVersion(1, 3) })
  expect(brief(journal.state)).toMatch(/## Best so far: v1\ns\nconfiguration +score +v0 +gain\n/)
})

test('names documents that the system text does not, and how long an evaluation takes', () => {
  const journal = memoryJournal()
  expect(brief(journal.state)).not.toMatch(/New documents|last evaluation/)
  const score = { correct: false as const, failure: 'crash' as const, reason: 'no' }
  journal.record({
    type: 'candidate.evaluated',
    attempt: 1,
    by: 'gate',
    tree: 't',
    score,
    durationMs: 12_300,
  })
  const text = brief(journal.state, ['knowledge-base/new.md'])
  expect(text).toContain('## New documents in the knowledge base\n- knowledge-base/new.md: About')
  expect(text).toContain('The last evaluation took 12 s.')
})
