import { expect, test } from 'vitest'
import { shorten } from '../../src/explorer/columns.ts'
import { renderNumber, renderTokens } from '../../src/explorer/page/format.ts'
import { nameRuns } from '../../src/explorer/page/run-names.ts'
import { labelGains, labelScores } from '../../src/explorer/page/tick-labels.ts'
import { renderCost } from '../../src/text.ts'

test('numbers that are sent read like those that are not', () => {
  for (const value of [123_456_789.12, 98_765_432_101.5, 0.000_123_456_789, 2.5])
    expect(renderNumber(JSON.parse(JSON.stringify(value, shorten)))).toBe(renderNumber(value))
  expect(JSON.stringify(0.1 + 0.2, shorten)).toBe('0.3')
})

test('neighbours on an axis have different labels', () => {
  expect(labelScores([2.63405, 2.6341, 2.63415])).toEqual(['2.63405', '2.6341', '2.63415'])
  expect(labelScores([0, 50, 100])).toEqual(['0', '50', '100'])
  expect(labelScores([])).toEqual([])
  expect(labelGains([0, 0.05, 0.1])).toEqual(['+0.0%', '+5.0%', '+10.0%'])
  expect(labelGains([0.1, 0.1002, 0.1004])).toEqual(['+10%', '+10.02%', '+10.04%'])
  expect(labelGains([-0.1002, -0.1004])).toEqual(['-10.02%', '-10.04%'])
})

test.each([
  [812, '812'],
  [14_234, '14.2K'],
  [3_412_345, '3.41M'],
  [1_230_000_000, '1.23B'],
])('%d tokens are %s', (tokens, text) => {
  expect(renderTokens(tokens)).toBe(text)
})

test('a cost says what it leaves out', () => {
  expect(renderCost(1.2, 0)).toBe('$1.20')
  expect(renderCost(0, 1)).toBe('$0.00 and 1 call of unknown price')
  expect(renderCost(0, 3)).toBe('$0.00 and 3 calls of unknown price')
})

test('runs of one name are told apart by as many folders as it takes', () => {
  const names = (...files: readonly string[]) =>
    nameRuns(files.map((directory) => ({ facts: { name: 'sorting', directory } })))
  expect(names('/home/sorting/avo.yaml')).toEqual(['sorting'])
  expect(names('/home/one/avo.yaml', '/home/two/avo.yaml')).toEqual(['sorting (one)', 'sorting (two)'])
  expect(names('/n/night-1/sorting/avo.yaml', '/n/night-2/sorting/avo.yaml', '/n/x/avo.yaml')).toEqual([
    'sorting (night-1/sorting)',
    'sorting (night-2/sorting)',
    'sorting (n/x)',
  ])
  expect(names('/home/a.yaml', '/home/b.yaml')).toEqual(['sorting (/home/a.yaml)', 'sorting (/home/b.yaml)'])
})
