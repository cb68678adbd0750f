import { expect, test } from 'vitest'
import { renderLineage } from '../../src/cli/lineage-table.ts'
import type { CorrectScore } from '../../src/score.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { version } from '../storage/versions.ts'

function scored(...scores: readonly (readonly [string, number])[]): CorrectScore {
  return {
    correct: true,
    value: 1,
    scores: scores.map(([configuration, value]) => ({ configuration, value })),
  }
}

test('each configuration has its own values, whatever order the scorer gives them in', () => {
  const versions = [
    version(0, { score: scored(['a', 11], ['b', 22]) }),
    version(1, { score: scored(['b', 44], ['a', 33]) }),
    version(2, { score: scored(['c', 55], ['a', 66]) }),
  ]
  const [head, ...rows] = renderLineage({ ...createRunFold(), versions }).split('\n')
  expect(head).toMatch(/ a +b$/)
  expect(rows[0]).toMatch(/ 11 +22$/)
  expect(rows[1]).toMatch(/ 33 +44$/)
  expect(rows[2]).toMatch(/ 66$/)
})
