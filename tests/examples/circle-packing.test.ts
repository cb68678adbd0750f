import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { choosePlan } from '../../src/gate/plan.ts'
import type { Round } from '../../src/measurement.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { program, requireAll } from '../requires.ts'
import { describeExample } from './describe-example.ts'
import { describeRungs } from './score-rungs.ts'

const needs = [program('python3', 'apt-get install python3')]
const packing = (expression: string): string => `def pack(n):\n    return ${expression}\n`

describeExample({
  name: 'circle-packing',
  needs,
  attempts: 3,
  expectsVersions: true,
  broken: {
    'no Python': {
      file: 'pack.py',
      content: 'def pack(n):\nreturn []',
      says: /IndentationError: expected an/,
    },
    'an import that is not there': {
      file: 'pack.py',
      content: (seed) => `from packings import best_known\n${seed}`,
      says: /No module named 'packings'/,
    },
    'rubbish for an answer': {
      file: 'pack.py',
      content: packing('[{}] * n'),
      says: /a list of 26 circles \[x, y, radius\] is wanted/,
    },
    'too few circles': {
      file: 'pack.py',
      content: packing('[[0.5, 0.5, 0.5]]'),
      says: /a list of 26 circles/,
    },
    'no number': {
      file: 'pack.py',
      content: packing('[[0.5, 0.5, float("nan")]] * n'),
      says: /numbers of the unit square/,
    },
    'a radius below 0': {
      file: 'pack.py',
      content: packing('[[0.5, 0.5, -0.01]] * n'),
      says: /circle 0 has the radius -0.01/,
    },
    // 0.9 + 0.1 is 1.0 for a computer, but the two doubles together are more than 1.
    'a circle that leaves the square by less than the arithmetic of the machine sees': {
      file: 'pack.py',
      content: packing('[[0.9, 0.5, 0.1]] + [[0.5, 0.5, 0.0]] * (n - 1)'),
      says: /circle 0 is outside of the square by 2\.78e-17/,
    },
    'circles that overlap by as little': {
      file: 'pack.py',
      content: packing('[[0.1, 0.5, 0.1], [0.3, 0.5, 0.1]] + [[0.9, 0.9, 0.0]] * (n - 2)'),
      says: /circles 0 and 1 overlap: their distance squared is short of \(r \+ s\)² by 1\.11e-17/,
    },
  },
})

test('what seems better runs once more, so that dice have to win twice', async () => {
  const { gate } = await readConfig(join(PACKAGE_ROOT, 'examples/circle-packing/avo.yaml'))
  const score = { correct: true, value: 1.7, scores: [{ configuration: '26 circles', value: 1.7 }] } as const
  const round: Round = {
    stage: 'calibrate',
    against: 0,
    first: 'candidate',
    candidate: score,
    reference: score,
    durationMs: 1,
  }
  const plan = choosePlan(gate, { rounds: [round, round] })
  expect(plan.kind).toBe('exact')
  expect(plan.maxRounds).toBeGreaterThan(1)
})

describe('the methods', async () => {
  requireAll(needs)
  await describeRungs(
    'circle-packing',
    'pack.py',
    [
      ['radii-by-linear-program', 'grid-with-the-rest-in-the-gaps', 'to-the-last-digit'],
      ['radii-by-linear-program', 'let-them-push', 'many-starts-then-hops', 'to-the-last-digit'],
    ],
    (ways) => {
      for (const way of ways) expect(way).toEqual(way.toSorted((a, b) => a - b))
      expect(ways[0]?.[1]).toBeCloseTo(2.5 + Math.SQRT1_2 / 5 - 0.1, 10)
      expect(ways[1]?.at(-1)).toBeGreaterThan(2.62)
    },
  )
})
