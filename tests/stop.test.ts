import { expect, test } from 'vitest'
import type { Event } from '../src/events.ts'
import { createStop } from '../src/stop.ts'
import { memoryJournal } from './memory-journal.ts'

const started: Event = {
  type: 'run.started',
  project: 'p',
  provider: 'p',
  model: 'm',
  scorer: 's',
  sandbox: 's',
  resumed: false,
}
const called: Event = { type: 'tool.called', attempt: 1, turn: 1, tool: 't', about: '' }
const begun: Event = { type: 'attempt.started', attempt: 1 }
const abandoned = (refused = false): Event => ({
  type: 'attempt.abandoned',
  attempt: 1,
  reason: 'it said: I can not call tools',
  refused,
})
const silent = [begun, abandoned()]

/** The kind of end after ten attempts, the tenth of which is given. */
function endAfterTen(...tenth: readonly Event[]): string | undefined {
  const journal = memoryJournal()
  for (const event of [...Array(9).fill(silent).flat(), ...tenth]) journal.record(event)
  return createStop({}, true)(journal.state)?.kind
}

test('a model that does nothing in ten attempts in a row ends the run', () => {
  expect(endAfterTen()).toBeUndefined()
  expect(endAfterTen(...silent)).toBe('stuck')
  expect(endAfterTen(begun, called, abandoned())).toBeUndefined()
  expect(endAfterTen(begun, called, abandoned(true))).toBe('stuck')
})

test('the built-in model has tried all that it knows then', () => {
  const journal = memoryJournal()
  for (const event of Array(10).fill(silent).flat()) journal.record(event)
  expect(createStop({}, false)(journal.state)?.kind).toBe('exhausted')
})

test('run again, with another model say, it has ten attempts anew', () => {
  expect(endAfterTen(...silent, started)).toBeUndefined()
})
