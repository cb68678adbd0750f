import { expect, test } from 'vitest'
import { renderRecollection } from '../../src/agent/recollection.ts'
import type { Version } from '../../src/lineage.ts'
import { attemptLesson } from '../lessons/lessons.ts'
import { memoryJournal } from '../memory-journal.ts'

const score = { correct: true as const, value: 2, scores: [{ configuration: 'a', value: 2 }] }

function version(number: number, attempt: number): Version {
  const facts = {
    tree: `t${number}`,
    commit: 'c',
    score,
    gain: 0.1,
    scorer: 's',
    costUsd: 0,
    committedAt: '',
  }
  return { ...facts, number, attempt, summary: `change ${number}\n\nwhy` }
}

/** A run in which every tenth attempt is accepted, and every other one fails in one of two ways. */
function stateAfter(attempts: number) {
  const journal = memoryJournal()
  journal.record({ type: 'version.committed', version: version(0, 0) })
  for (let attempt = 1; attempt <= attempts; attempt++) {
    journal.record({ type: 'attempt.started', attempt })
    journal.record({ type: 'note.taken', attempt, text: `note ${attempt}` })
    const reason = attempt % 2 === 0 ? `-${attempt}% within noise` : `crash at line ${attempt}`
    if (attempt % 10 === 0)
      journal.record({ type: 'version.committed', version: version(attempt / 10, attempt) })
    else journal.record({ type: 'attempt.abandoned', attempt, reason, refused: false })
    if (attempt < attempts)
      journal.record({ type: 'lesson.learnt', lesson: attemptLesson(attempt, { tried: `idea ${attempt}` }) })
  }
  return journal.state
}

test('a short run is told in full: lineage, attempts with their reasons, lessons, notes', () => {
  const text = renderRecollection(stateAfter(11), 24_000).join('\n\n')
  for (const line of [
    '- v0 (the seed): 2, change 0',
    '- v1 (+10.0%, attempt 10): 2, change 1',
    '- 1, abandoned: crash at line 1',
    '- 10, accepted: "change 1": accepted as v1',
    '- 11, abandoned: crash at line 11',
    '- no gain (attempt 10): "idea 10": -10.0% against v0 — Why: the cache is full — Otherwise: On a larger cache.',
    '- note 11',
  ])
    expect(text.split('\n')).toContain(line)
  expect(text).not.toContain('before')
  expect(text).not.toContain('note 10')
})

test('of a long one the newest is told, what came before as figures, and never more than fits', () => {
  const text = renderRecollection(stateAfter(5_000), 6_000).join('\n\n')
  expect(text.length).toBeLessThan(7_000)
  expect(text).toContain('- 5000, accepted')
  expect(text).toMatch(
    /\(\d+ attempts before: \d+ abandoned, \d+ accepted; most of them: \d+ × crash at line #; \d+ × -#% within noise\)/,
  )
  expect(text).toMatch(/\(\d+ versions before\)/)
  expect(text).toMatch(/\(\d+ lessons before\)/)
  expect(text).toContain('(attempt 4999): "idea 4999"')
  expect(text).toContain('- note 5000')
})
