import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Event, RecordedEvent } from '../../src/events.ts'
import { foldEvent } from '../../src/state/run-fold.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import {
  type EventPlace,
  type JournalReader,
  JournalReplaced,
  openJournalReader,
} from '../../src/storage/journal-reader.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function newFile(): Promise<string> {
  return join(await temporaryDirectory(), 'events.jsonl')
}

const note = (attempt: number): Event => ({
  type: 'note.taken',
  attempt,
  text: `n°${attempt} ${'x'.repeat(200)}`,
})

/** The attempts of the notes that are new to a reader. */
function readNotes(reader: JournalReader): readonly number[] {
  const notes: number[] = []
  reader.read((event) => {
    if (event.type === 'note.taken') notes.push(event.attempt)
  })
  return notes
}

describe('a reader of a journal that goes on', () => {
  test('gives each event once, from before it was opened on, over rotations', async () => {
    const file = await newFile()
    const reader = openJournalReader(file)
    expect(readNotes(reader)).toEqual([])
    const journal = await openJournal(file, { rotateAtBytes: 1_000 })
    const seen: number[] = []
    for (let attempt = 1; attempt <= 60; attempt++) {
      journal.record(note(attempt))
      // Several rotations lie between some of the looks, and none between others.
      if (attempt % 2 === 0 || attempt > 40) if (attempt < 20 || attempt > 38) seen.push(...readNotes(reader))
    }
    seen.push(...readNotes(reader))
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(readNotes(openJournalReader(file))).toEqual(seen)

    const state = createRunFold()
    openJournalReader(file).read((event) => foldEvent(state, event))
    expect(state).toEqual(journal.state)
    journal.close()
  })

  test('leaves a line that is not whole yet, and takes it when it is', async () => {
    const file = await newFile()
    const reader = openJournalReader(file)
    const line = `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...note(1) })}\n`
    await writeFile(file, line.slice(0, 50))
    expect(readNotes(reader)).toEqual([])
    await appendFile(file, line.slice(50))
    expect(readNotes(reader)).toEqual([1])
    // A crash leaves a torn line, which whoever goes on with the run cuts off.
    await appendFile(file, '{"at":"2026-')
    expect(readNotes(reader)).toEqual([])
    const journal = await openJournal(file)
    journal.record(note(2))
    journal.close()
    expect(readNotes(reader)).toEqual([2])
  })

  test('reads lines that are longer than it reads at a time', async () => {
    const file = await newFile()
    const journal = await openJournal(file)
    for (const attempt of [1, 2]) journal.record({ type: 'note.taken', attempt, text: 'é'.repeat(3_000_000) })
    journal.close()
    expect(readNotes(openJournalReader(file))).toEqual([1, 2])
  })

  test('a segment that was packed while the file still stood is not read twice', async () => {
    const file = await newFile()
    const journal = await openJournal(file)
    journal.record(note(1))
    journal.close()
    await mkdir(join(dirname(file), 'events'))
    await writeFile(join(dirname(file), 'events/000001.jsonl.gz'), gzipSync(await readFile(file)))
    expect(readNotes(openJournalReader(file))).toEqual([1])
  })

  test('reads a stretch again, wherever it has gone meanwhile', async () => {
    const file = await newFile()
    const reader = openJournalReader(file)
    const journal = await openJournal(file, { rotateAtBytes: 1_000 })
    const places: EventPlace[] = []
    for (let attempt = 1; attempt <= 20; attempt++) {
      journal.record(note(attempt))
      reader.read((event, place) => {
        if (event.type === 'note.taken') places.push(place)
      })
    }
    journal.close()
    const again = places.flatMap((place): RecordedEvent[] => reader.reread(place))
    expect(again.map((event) => 'attempt' in event && event.attempt)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  })

  test('says what can’t be read, and where', async () => {
    const file = await newFile()
    const reader = openJournalReader(file)
    await writeFile(file, '{"type":"nothing.known","at":"2026-01-01T00:00:00.000Z"}\n')
    expect(() => readNotes(reader)).toThrow(/events\.jsonl can't be read: there is no event 'nothing\.known'/)
    await writeFile(file, `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...note(1) })}\n`)
    expect(readNotes(reader)).toEqual([1])
    await appendFile(file, `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...note(2) })}\nrubbish\n`)
    const seen: number[] = []
    for (const _ of [1, 2])
      expect(() =>
        reader.read((event) => {
          if (event.type === 'note.taken') seen.push(event.attempt)
        }),
      ).toThrow(/rubbish/)
    expect(seen).toEqual([2])
  })

  test('tells a journal that was begun anew from one that goes on', async () => {
    const file = await newFile()
    const line = (attempt: number, at: string): string => `${JSON.stringify({ at, ...note(attempt) })}\n`
    const [before, after] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']
    for (const other of ['', line(1, after), line(1, after) + line(2, after) + line(3, after)]) {
      await writeFile(file, line(1, before) + line(2, before))
      const reader = openJournalReader(file)
      expect(readNotes(reader)).toEqual([1, 2])
      await writeFile(file, other)
      expect(() => readNotes(reader)).toThrow(JournalReplaced)
    }
    const reader = openJournalReader(file)
    expect(readNotes(reader)).toEqual([1, 2, 3])
    await rm(file)
    expect(() => readNotes(reader)).toThrow(/events\.jsonl is gone/)
  })
})
