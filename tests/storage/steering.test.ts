import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSteering, leaveSteering } from '../../src/storage/steering.ts'
import { memoryJournal } from '../memory-journal.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function setUp() {
  const directory = await temporaryDirectory()
  const [inbox, file] = [join(directory, 'steering'), join(directory, 'steer.md')]
  const journal = memoryJournal()
  const listen = createSteering({ journal, inbox, file })
  const heard = (): readonly string[] =>
    journal.events.flatMap((event) => (event.type === 'steering.received' ? [event.text] : []))
  return { inbox, file, journal, listen, heard }
}

test('texts are received once, in the order in which they were left, with their hash', async () => {
  const { inbox, journal, listen, heard } = await setUp()
  await listen()
  const hash = await leaveSteering(inbox, ' first\nof two ')
  await leaveSteering(inbox, 'second')
  await listen()
  await listen()
  expect(heard()).toEqual(['first\nof two', 'second'])
  expect(hash).toBe(createHash('sha256').update('first\nof two').digest('hex'))
  expect(journal.events[0]).toMatchObject({ hash })
  expect(readdirSync(inbox)).toEqual([])
  await leaveSteering(inbox, 'second')
  await listen()
  expect(heard()).toEqual(['first\nof two', 'second', 'second'])
})

test('a text whose event was recorded before a kill kept its file is not received again', async () => {
  const { inbox, journal, listen, heard } = await setUp()
  await leaveSteering(inbox, 'first')
  await leaveSteering(inbox, 'second')
  const [name = ''] = readdirSync(inbox).sort()
  journal.record({ type: 'steering.received', hash: 'h', text: 'first', source: name.replace('.txt', '') })
  await listen()
  expect(heard()).toEqual(['first', 'second'])
})

test('a text that is still being written is not read', async () => {
  const { inbox, listen, heard } = await setUp()
  mkdirSync(inbox)
  writeFileSync(join(inbox, '2026.txt.1234.draft'), 'half')
  await listen()
  expect(heard()).toEqual([])
})

test('steer.md is a text whenever it says something else, also what it said before', async () => {
  const { file, listen, heard } = await setUp()
  for (const text of ['A\n', 'A', '', 'B', 'A', 'A']) {
    writeFileSync(file, text)
    await listen()
  }
  rmSync(file)
  await listen()
  expect(heard()).toEqual(['A', 'B', 'A'])
})

test('what is no file of texts stops nobody, and is said once', async () => {
  const { file, inbox, journal, listen } = await setUp()
  execFileSync('mkfifo', [file])
  mkdirSync(join(inbox, 'folder.txt'), { recursive: true })
  await listen()
  await listen()
  expect(journal.events).toMatchObject([{ type: 'notice.given', level: 'warning' }])
})

test.each(['', ' \n', 'x'.repeat(20_001)])('%# is refused', async (text) => {
  const { inbox } = await setUp()
  await expect(leaveSteering(inbox, text)).rejects.toMatchObject({ code: 'usage' })
})
