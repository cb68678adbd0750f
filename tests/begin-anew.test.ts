import { expect, test } from 'vitest'
import { beginAnew } from '../src/begin-anew.ts'
import type { Event } from '../src/events.ts'
import { memoryJournal } from './memory-journal.ts'
import { accepted, intervened, rejected } from './supervision/events.ts'

const started: Event = { type: 'attempt.started', attempt: 9 }
const replied: Event = {
  type: 'model.replied',
  attempt: 9,
  turn: 1,
  usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
  costUsd: 0,
  durationMs: 1,
  text: '',
}

/** What is done at the beginning of an attempt after some events, in order. */
async function begin(events: readonly Event[], found: readonly string[] = []) {
  const { state, record } = memoryJournal()
  for (const event of [...accepted(0), ...accepted(1), ...rejected(2, 'x'), ...events]) record(event)
  const done: string[] = []
  await beginAnew({
    state,
    found,
    conversation: { replace: (messages) => done.push(`forget all but ${messages.length}`) },
    lineage: { restore: async (tree) => void done.push(`restore ${tree}`) },
    changes: {
      async asOwn(change) {
        done.push('as its own:')
        await change()
      },
    },
  })
  return done
}

test('the attempt after the intervention begins from its version with nothing said before, also once more after a crash', async () => {
  const all = ['forget all but 0', 'as its own:', 'restore t0']
  const branch = intervened({ step: 'branch', base: 0 })
  expect(await begin([branch, started])).toEqual(all)
  expect(await begin([branch, started, replied])).toEqual([])
  expect(await begin([branch, ...rejected(3, 'y'), started])).toEqual([])
  expect(await begin([intervened(), started])).toEqual([])
  expect(await begin([started])).toEqual([])
})

test('what the person has just changed stays', async () => {
  expect(await begin([intervened({ step: 'branch', base: 0 }), started], ['main.js'])).toEqual([
    'forget all but 0',
  ])
})
