import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import type { Event, RecordedEvent } from '../../src/events.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { version } from './versions.ts'

const STARTED: Event = { type: 'attempt.started', attempt: 1 }

function replied(turn: number, text = 'a reply'): Event {
  const usage = { inputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, outputTokens: 4 }
  return { type: 'model.replied', attempt: 1, turn, usage, costUsd: 0.01, durationMs: 5, text }
}

async function journalFile(): Promise<string> {
  return join(await temporaryDirectory(), 'events.jsonl')
}

describe('a journal', () => {
  it('is the same after it was closed and opened', async () => {
    const file = await journalFile()
    const journal = await openJournal(file)
    journal.record({ type: 'version.committed', version: version(0) })
    journal.record(STARTED)
    journal.record(replied(1, 'naïve\nlines\u2028 🚀'))
    journal.close()

    const again = await openJournal(file)
    expect(again.state).toEqual(journal.state)
    expect(again.state).toMatchObject({ turns: 1, costUsd: 0.01, versions: [version(0)] })
    expect(again.notices).toEqual([])
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => Object.keys(JSON.parse(line)).slice(0, 2))).toEqual([
      ['at', 'type'],
      ['at', 'type'],
      ['at', 'type'],
    ])
  })

  it.each([
    '{"at":"2026-01-01T00:00:00.000Z","type":"attempt.sta',
    '\0\0\0\0',
    JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...STARTED }),
  ])('drops a last line that was torn: %j', async (torn) => {
    const file = await journalFile()
    const journal = await openJournal(file)
    journal.record(replied(1))
    journal.close()
    await appendFile(file, torn)

    const reader = await openJournal(file, { readOnly: true })
    expect(reader.notices).toHaveLength(1)
    expect(await readFile(file, 'utf8')).toContain(torn)

    const again = await openJournal(file)
    expect(again.notices[0]).toContain(file)
    expect(again.state.attempt).toBeNull()
    again.record(replied(2))
    again.close()
    const healed = await openJournal(file)
    expect(healed.state.turns).toBe(2)
    expect(healed.notices).toEqual([])
  })

  it.each<[string, RegExp]>([
    ['{"at":', /events\.jsonl:2/],
    ['[]', /events\.jsonl:2.*not an event/],
    ['null', /events\.jsonl:2.*not an event/],
    ['{"at":"yesterday","type":"note.taken"}', /events\.jsonl:2.*not an event/],
    ['{"at":"2026-01-01T00:00:00.000Z","type":"toString"}', /no event 'toString'/],
    ['{"at":"2026-01-01T00:00:00.000Z","type":"model.replied"}', /events\.jsonl:2/],
    ['', /events\.jsonl:2/],
  ])('does not guess at a corrupt line: %s', async (line, message) => {
    const file = await journalFile()
    const journal = await openJournal(file)
    journal.record(STARTED)
    journal.close()
    await appendFile(file, `${line}\n`)
    await appendFile(file, `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...STARTED })}\n`)
    const { size } = await stat(file)
    await expect(openJournal(file)).rejects.toMatchObject({
      code: 'journal',
      message: expect.stringMatching(message),
    })
    expect((await stat(file)).size).toBe(size)
  })

  it('never goes back in time', async () => {
    const file = await journalFile()
    const times = ['2026-01-01T00:00:10.000Z', '2026-01-01T00:00:05.000Z', '2026-01-01T00:00:11.000Z']
    const seen: string[] = []
    const clock = { ...SYSTEM_CLOCK, now: () => Date.parse(times.shift() ?? '') }
    const journal = await openJournal(file, { clock })
    journal.subscribe((event) => seen.push(event.at))
    for (let event = 0; event < 3; event++) journal.record(STARTED)
    expect(seen.map((at) => at.slice(17, 19))).toEqual(['10', '10', '11'])
    const again = await openJournal(file, { clock: { ...SYSTEM_CLOCK, now: () => 0 } })
    again.record(STARTED)
    expect(again.state.lastEventAt).toBe('2026-01-01T00:00:11.000Z')
  })

  it.each([
    ['a year ahead', 365 * 86_400_000],
    ['a year back', -365 * 86_400_000],
    ['over a night of sleep', 8 * 3_600_000],
  ])('counts the time that passes where the clock jumps %s', async (_case, jumpMs) => {
    const file = await journalFile()
    const start = Date.parse('2026-01-01T00:00:00.000Z')
    let [wallMs, steadyMs] = [start, 0]
    const clock = { ...SYSTEM_CLOCK, now: () => wallMs, steadyMs: () => steadyMs }
    const pass = (ms: number): void => {
      wallMs += ms
      steadyMs += ms
    }
    const journal = await openJournal(file, { clock })
    journal.record(STARTED)
    pass(60_000)
    journal.record(replied(1))
    wallMs += jumpMs
    pass(30_000)
    journal.record(replied(2))
    pass(10_000)
    journal.record(replied(3))
    expect(journal.state.activeMs).toBe(100_000)
    expect((await openJournal(file)).state).toEqual(journal.state)
  })

  it('tells its listeners, whose failures are their own', async () => {
    const journal = await openJournal(await journalFile())
    const seen: [RecordedEvent['type'], number][] = []
    journal.subscribe(() => {
      throw new Error('a broken listener')
    })
    journal.subscribe(async () => {
      throw new Error('a broken listener that takes its time')
    })
    const unsubscribe = journal.subscribe((event, state) => seen.push([event.type, state.turns]))
    journal.record(replied(1))
    unsubscribe()
    journal.record(replied(2))
    expect(seen).toEqual([['model.replied', 1]])
    expect(journal.state.turns).toBe(2)
  })

  it('can be read while another process writes, and not written', async () => {
    const file = await journalFile()
    const missing = await openJournal(file, { readOnly: true })
    expect(missing.state.startedAt).toBeNull()
    await expect(stat(file)).rejects.toThrow()
    expect(() => missing.record(STARTED)).toThrow(/reading/)

    const writer = await openJournal(file)
    writer.record(replied(1))
    expect((await openJournal(file, { readOnly: true })).state.turns).toBe(1)
  })

  it('reads lines of any length, cut anywhere by the reader', async () => {
    const file = await journalFile()
    const journal = await openJournal(file)
    for (const length of [3_000_000, 1, 1_048_000, 700]) journal.record(replied(length, 'ü'.repeat(length)))
    journal.close()
    expect((await openJournal(file)).state).toEqual(journal.state)
  })

  it('opens a journal of many events', async () => {
    const file = await journalFile()
    const at = '2026-01-01T00:00:00.000Z'
    const lines = Array.from({ length: 10_000 }, (_, turn) => JSON.stringify({ at, ...replied(turn) }))
    await writeFile(file, `${lines.join('\n')}\n`)
    expect((await openJournal(file)).state.turns).toBe(10_000)
  })

  it('is read on while its writer goes on, whole lines only, until it begins anew', async () => {
    const file = await journalFile()
    const absent = await openJournal(file, { readOnly: true })
    const journal = await openJournal(file, { rotateAtBytes: 1_000 })
    journal.record(STARTED)
    expect(absent.readOn()).toBeNull()

    const reader = await openJournal(file, { readOnly: true })
    expect([reader.readOn(), reader.state.turns]).toEqual([0, 0])
    journal.record(replied(1))
    journal.record(replied(2))
    expect([reader.readOn(), reader.state.turns]).toEqual([2, 2])
    const line = `${JSON.stringify({ at: new Date().toISOString(), ...replied(3) })}\n`
    await appendFile(file, line.slice(0, 20))
    expect(reader.readOn()).toBe(0)
    await appendFile(file, line.slice(20))
    expect([reader.readOn(), reader.state.turns]).toEqual([1, 3])

    journal.record(replied(4, 'x'.repeat(1_000)))
    journal.record({ type: 'attempt.abandoned', attempt: 1, reason: '', refused: false })
    expect(reader.readOn()).toBeNull()
    expect(journal.readOn()).toBeNull()
    journal.close()
  })
})
