import { readFileSync } from 'node:fs'
import { appendFile, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Clock, SYSTEM_CLOCK } from '../../src/clock.ts'
import type { Journal, RunState } from '../../src/journal.ts'
import { type JournalFile, openJournal } from '../../src/storage/journal-file.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { version } from './versions.ts'

const ROTATE_AT_BYTES = 2_000

async function newFile(): Promise<string> {
  return join(await temporaryDirectory(), 'events.jsonl')
}

/** Attempts that were rejected, one a minute; every fifth is a version. */
function record(journal: Pick<Journal, 'record'>, from: number, to: number): void {
  const usage = { inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 4 }
  for (let attempt = from; attempt <= to; attempt++) {
    journal.record({ type: 'attempt.started', attempt })
    const text = `réply ${attempt}`
    journal.record({ type: 'model.replied', attempt, turn: 1, usage, costUsd: 0.1, durationMs: 5, text })
    if (attempt % 5 === 0)
      journal.record({ type: 'version.committed', version: version(attempt / 5, { attempt }) })
    else journal.record({ type: 'candidate.rejected', attempt, reason: `no ${attempt}` })
  }
}

/** A clock of its own for each journal: the same events have the same times. */
function createClock(): Clock {
  let at = Date.parse('2026-01-01T00:00:00Z')
  return {
    ...SYSTEM_CLOCK,
    now() {
      at += 60_000
      return at
    },
    steadyMs: () => at,
  }
}

async function openSmall(file: string, clock = createClock()): Promise<JournalFile> {
  return openJournal(file, { rotateAtBytes: ROTATE_AT_BYTES, clock })
}

/** What a journal of so many attempts adds up to when it is never packed. */
async function expectedState(attempts: number): Promise<RunState> {
  const journal = await openJournal(await newFile(), { clock: createClock() })
  record(journal, 1, attempts)
  journal.close()
  return journal.state
}

/** The attempts that the whole journal says were started, in order: `zcat events/*.gz | cat - events.jsonl`. */
async function attemptsIn(file: string): Promise<readonly number[]> {
  const directory = join(dirname(file), 'events')
  const names = (await readdir(directory)).filter((name) => name.endsWith('.gz')).toSorted()
  const texts = [...names.map((name) => gunzipSync(readFileSync(join(directory, name))).toString())]
  return [...texts, await readFile(file, 'utf8')]
    .join('')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const event: { type: string; attempt: number } = JSON.parse(line)
      return event.type === 'attempt.started' ? [event.attempt] : []
    })
}

const numbers = (to: number): number[] => Array.from({ length: to }, (_, index) => index + 1)

/** Counters and records; times are left out: a clock begins anew with each opening. */
function essence({ versions, ...state }: RunState): unknown {
  return {
    ...state,
    activity: null,
    activeMs: 0,
    lastEventAt: null,
    versions: versions.map(({ number, attempt }) => [number, attempt]),
  }
}

describe('a journal that has grown', () => {
  test('is packed away between attempts, stays whole, and is opened as if it had not been', async () => {
    const file = await newFile()
    const journal = await openSmall(file)
    record(journal, 1, 100)
    journal.close()
    expect((await readdir(join(dirname(file), 'events'))).length).toBeGreaterThan(5)
    expect((await readFile(file)).length).toBeLessThan(2 * ROTATE_AT_BYTES)
    expect(await attemptsIn(file)).toEqual(numbers(100))

    const expected = essence(await expectedState(100))
    expect(essence(journal.state)).toEqual(expected)
    const reader = await openJournal(file, { readOnly: true })
    expect(reader.state).toEqual(journal.state)
    const again = await openSmall(file)
    record(again, 101, 110)
    again.close()
    expect(essence((await openJournal(file, { readOnly: true })).state)).toEqual(
      essence(await expectedState(110)),
    )
    expect(await attemptsIn(file)).toEqual(numbers(110))
  })

  test.for([
    ['deleted', (file: string) => rm(file)],
    ['torn', (file: string) => truncate(file, 100)],
    [
      'of another avo',
      async (file: string) =>
        writeFile(file, (await readFile(file, 'utf8')).replace(/"fold":"\w{8}/, '"fold":"00000000')),
    ],
  ] as const)('needs no snapshot: one that is %s is made again', async ([, spoil]) => {
    const file = await newFile()
    const journal = await openSmall(file)
    record(journal, 1, 30)
    journal.close()
    const snapshot = join(dirname(file), 'events/state.json')
    const before = await readFile(snapshot, 'utf8')
    await spoil(snapshot)
    expect((await openJournal(file, { readOnly: true })).state).toEqual(journal.state)
    ;(await openSmall(file)).close()
    expect(await readFile(snapshot, 'utf8')).toBe(before)
  })
})

describe('when a rotation was cut off', () => {
  /** A journal just before it is packed away, and the same just after. */
  async function makeBoth(): Promise<{ before: string; after: string; attempts: number }> {
    const after = await newFile()
    const clock = createClock()
    const journal = await openSmall(after, clock)
    let attempts = 0
    let copy = ''
    while (!copy.includes('"segments":2')) {
      await cp(dirname(after), `${dirname(after)}-before`, { recursive: true, force: true })
      record(journal, ++attempts, attempts)
      copy = await readFile(after, 'utf8')
    }
    journal.close()
    const before = join(await temporaryDirectory(), 'events.jsonl')
    await cp(`${dirname(after)}-before`, dirname(before), { recursive: true })
    await rm(`${dirname(after)}-before`, { recursive: true })
    // The last attempt had been written when the file was packed.
    const packed = gunzipSync(await readFile(join(dirname(after), 'events/000002.jsonl.gz')))
    await writeFile(before, packed)
    return { before, after, attempts }
  }

  test.for([
    ['after the segment', ['000002.jsonl.gz']],
    ['after the snapshot', ['000002.jsonl.gz', 'state.json']],
  ] as const)('%s, nothing is lost and nothing is twice', async ([, written]) => {
    const { before, after, attempts } = await makeBoth()
    for (const name of written)
      await cp(join(dirname(after), 'events', name), join(dirname(before), 'events', name))
    const expected = essence(await expectedState(attempts))
    expect(essence((await openJournal(before, { readOnly: true })).state)).toEqual(expected)
    const journal = await openSmall(before)
    expect(essence(journal.state)).toEqual(expected)
    record(journal, attempts + 1, attempts + 40)
    journal.close()
    expect(await attemptsIn(before)).toEqual(numbers(attempts + 40))
    expect(essence((await openSmall(before)).state)).toEqual(essence(await expectedState(attempts + 40)))
  })

  test('and the file has grown since, the segment is made again', async () => {
    const { before, after, attempts } = await makeBoth()
    await cp(join(dirname(after), 'events'), join(dirname(before), 'events'), { recursive: true })
    const line = { at: '2026-02-01T00:00:00.000Z', type: 'attempt.started', attempt: attempts + 1 }
    await appendFile(before, `${JSON.stringify(line)}\n`)
    const journal = await openSmall(before)
    expect(journal.state.attempt?.number).toBe(attempts + 1)
    journal.record({ type: 'attempt.abandoned', attempt: attempts + 1, reason: 'x', refused: false })
    record(journal, attempts + 2, attempts + 20)
    journal.close()
    expect(await attemptsIn(before)).toEqual(numbers(attempts + 20))
  })
})

test('where it can not be packed, the journal goes on', async () => {
  const file = await newFile()
  await writeFile(join(dirname(file), 'events'), 'in the way')
  const journal = await openSmall(file).catch(() => null)
  expect(journal).toBeNull()
  await rm(join(dirname(file), 'events'))
  const opened = await openSmall(file)
  await writeFile(join(dirname(file), 'events'), 'in the way')
  record(opened, 1, 30)
  opened.close()
  await rm(join(dirname(file), 'events'))
  expect((await openJournal(file, { readOnly: true })).state).toEqual(opened.state)
})

describe('history that is missing stops the run, with the file', () => {
  test.for([
    ['000002.jsonl.gz', (path: string) => rm(path), 'is gone'],
    ['000001.jsonl.gz', (path: string) => truncate(path, 10), 'has 10 bytes'],
    ['../events.jsonl', (path: string) => rm(path), 'has no line'],
    ['../events.jsonl', (path: string) => writeFile(path, ''), 'has no line'],
    [
      '../events.jsonl',
      (path: string) =>
        writeFile(path, '{"at":"2026-01-01T00:00:00Z","type":"attempt.started","attempt":1}\n'),
      'goes on from 0 segments',
    ],
  ] as const)('%s', async ([name, spoil, message]) => {
    const file = await newFile()
    const journal = await openSmall(file)
    record(journal, 1, 60)
    journal.close()
    await spoil(join(dirname(file), 'events', name))
    await expect(openJournal(file)).rejects.toMatchObject({
      code: 'journal',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('put it back from a copy'),
    })
  })
})
