import { expect, test } from 'vitest'
import { groupFailures, withoutDetails } from '../../src/report/failures.ts'

test('reasons are one where only figures and what is quoted differ', () => {
  const same = (one: string, other: string) => withoutDetails(one) === withoutDetails(other)
  expect(same('-0.5% in 12 rounds', '+1.5e-3 in 4 rounds')).toBe(true)
  expect(same('line 12: "x" is not defined', 'line 7: "tmp_3" is not defined')).toBe(true)
  expect(same("'x' is off", '`y` is off')).toBe(true)
  // No figures, and no quotes.
  expect(same('failed, at once', 'failed. at once')).toBe(false)
  expect(same("it can't be built, it doesn't link", "it can't be read, it doesn't link")).toBe(false)
})

test('the report groups by them', () => {
  const failed = (number: number, reason: string) => ({ number, outcome: 'rejected', reason }) as const
  expect(
    groupFailures([
      failed(1, 'out of memory'),
      failed(2, 'line 12: "x" is not defined'),
      failed(3, 'line 7: "y" is not defined'),
    ]).map(({ attempts }) => attempts),
  ).toEqual([[2, 3], [1]])
})
