import { expect, test } from 'vitest'
import { readRetryAfterMs } from '../../src/model/retry-after.ts'

const now = Date.parse('2026-11-20T12:00:00Z')
const read = (headers: Record<string, string>, message = ''): number | null =>
  readRetryAfterMs(new Headers(headers), message, now)

test.each<[string, Record<string, string>, number | null]>([
  ['nothing', {}, null],
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['fractions of seconds', { 'retry-after': '0.25' }, 250],
  ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:01:30 GMT' }, 90_000],
  ['a date as a number', { 'retry-after': String(now / 1000 + 30) }, 30_000],
  ['milliseconds, which are more exact', { 'retry-after-ms': '1234.5', 'retry-after': '2' }, 1_235],
  ['zero, which is no help', { 'retry-after': '0' }, null],
  ['a date that has passed', { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, null],
  ['a word', { 'retry-after': 'soon' }, null],
  ['a reset as a date', { 'anthropic-ratelimit-tokens-reset': '2026-11-20T12:00:45Z' }, 45_000],
  ['a reset as a duration', { 'x-ratelimit-reset-requests': '1s' }, 1_000],
  ['a longer duration', { 'x-ratelimit-reset-tokens': '1h2m3.5s' }, 3_723_500],
  ['a shorter duration', { 'x-ratelimit-reset-tokens': '120ms' }, 120],
  [
    'resets, of which the slowest counts',
    { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' },
    360_000,
  ],
  ['a reset that is no time', { 'x-ratelimit-reset-tokens': 'later' }, null],
])('%s', (_, headers, expected) => {
  expect(read(headers)).toBe(expected)
})

test('only limits that are used up are waited for', () => {
  const headers = {
    'anthropic-ratelimit-requests-remaining': '40',
    'anthropic-ratelimit-requests-reset': '2026-11-20T13:00:00Z',
    'anthropic-ratelimit-input-tokens-remaining': '0',
    'anthropic-ratelimit-input-tokens-reset': '2026-11-20T12:00:10Z',
  }
  expect(read(headers)).toBe(10_000)
})

test('the message is the last resort', () => {
  const message = 'Rate limit reached for gpt-6-astra. Please try again in 6m0s. Visit the site.'
  expect(read({}, message)).toBe(360_000)
  expect(read({ 'retry-after': '1' }, message)).toBe(1_000)
  expect(read({}, 'Please try again in a while.')).toBeNull()
})
