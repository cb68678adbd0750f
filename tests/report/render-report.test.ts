import { expect, test } from 'vitest'
import { renderReport } from '../../src/report/render-report.ts'
import type { Report, ReportedVersion } from '../../src/report/report.ts'
import { toDirection } from '../../src/state/redirection.ts'
import { version } from '../storage/versions.ts'

const PLACES = { task: 'my-task', workspace: 'my-task/workspace', picture: null }
/** Every character of it takes two when it is shown. */
const MUCH = '*_'.repeat(5_000)

/** A run of so many versions of which everything is long. */
function longReport(versions: number, text: string): Report {
  const attempts = Array.from({ length: 1_000 }, (_, index) => index)
  return {
    project: text,
    direction: 'maximize',
    isRunning: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    ended: { kind: 'max-attempts', message: text },
    comparison: {
      version: versions - 1,
      gain: 3,
      interval: { low: 2, high: 4 },
      promised: 3,
      differs: false,
      counted: 10,
    },
    gainOverSeed: 3,
    versions: Array.from({ length: versions }, (_, number): ReportedVersion => {
      const { score, ...rest } = version(number)
      const scores = Array.from({ length: 500 }, (_none, index) => ({
        configuration: `${text}${index}`,
        value: 1,
      }))
      return {
        ...rest,
        summary: `${text}\n\n${text}`,
        documents: [text],
        score: score.value,
        scores,
        diff: number === 0 || number > 30 ? null : text,
      }
    }),
    curve: { direction: 'maximize', seed: 1, points: [], leftOut: 0 },
    attempts: { accepted: versions, rejected: 9_000, abandoned: 0, indecisive: 0 },
    failures: Array.from({ length: 100 }, () => ({ outcome: 'rejected', reason: text, attempts })),
    interventions: attempts.map((afterAttempt) => ({
      sign: text,
      kind: 'failing',
      step: 'redirect',
      afterAttempt,
      attempts,
      versions: [],
      gain: 0,
      directions: [1, 2, 3].map((number) => ({
        ...toDirection(text),
        number,
        attempts,
        versions: [],
        gain: 0,
      })),
    })),
    documents: attempts.map((index) => ({
      document: `${text.slice(0, 50)}${index}`,
      found: 1,
      read: 1,
      cited: 1,
    })),
    spent: {
      activeMs: 1,
      waitedMs: 0,
      costUsd: 1,
      unpricedCalls: 0,
      usage: { inputTokens: 1, cacheReadTokens: 3, cacheWriteTokens: 0, outputTokens: 1 },
      turns: 1,
      evaluations: 1,
    },
    environment: { avo: '0.1.0', model: text, machine: text, noise: null },
  }
}

test.for([2, 40, 1_000])(
  'a report of %i versions fits into a pull request, however long everything is',
  (versions) => {
    const page = renderReport(longReport(versions, MUCH), PLACES)
    expect(page.length).toBeLessThanOrEqual(65_536)
    expect(page).toMatch(/^## How to reproduce$/m)
  },
)

test('the table has the first and the last versions, the diffs are those that there is room for', () => {
  const page = renderReport(longReport(1_000, 'short'), PLACES)
  expect(page).toMatch(/^\| v9 .*\n\| … \|.*\| 950 more versions \|\n\| v960 /m)
  expect(page.match(/^<details>/gm)).toHaveLength(30)
  expect(page).toContain('969 more versions: `avo show vN` has their diffs.')
  expect(page).toContain('75.0% of the input from the cache')
})

test('a long diff is cut between lines, and says so', () => {
  const diff = Array.from({ length: 1_000 }, (_, index) => `+line ${index}`).join('\n')
  const report = longReport(2, 'short')
  const page = renderReport({ ...report, versions: report.versions.map((one) => ({ ...one, diff })) }, PLACES)
  expect(page).toMatch(/^\+line \d+\n… \d+ more lines\n```$/m)
})
