import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { createRunHub } from '../../src/explorer/run-hub.ts'
import { watchRun } from '../../src/explorer/watched-run.ts'
import { makeTask } from '../task.ts'

/** The lines of a journal with so many notes, begun at a time. */
function journalOf(notes: number, at: string): string {
  const note = (attempt: number) => ({ at, type: 'note.taken', attempt, text: `idea ${attempt}` })
  return Array.from({ length: notes }, (_, index) => `${JSON.stringify(note(index + 1))}\n`).join('')
}

test('where records begin anew, whoever watches gets the whole of the new run', async () => {
  const task = await makeTask()
  const file = join(task, '.avo/events.jsonl')
  mkdirSync(join(task, '.avo'))
  writeFileSync(file, journalOf(2, '2026-01-01T00:00:00.000Z'))
  const config = await readConfig(task)
  const hub = await createRunHub(() => watchRun(config, '1', true))
  const heard: { readonly view?: { readonly status: object }; readonly patch?: object }[] = []
  hub.subscribe((message) => heard.push(JSON.parse(message)))

  rmSync(file)
  await hub.look()
  expect(heard.splice(0)).toMatchObject([
    { patch: { sections: { status: { problem: expect.stringContaining('events.jsonl is gone') } } } },
  ])
  writeFileSync(file, journalOf(3, '2026-01-02T00:00:00.000Z'))
  await hub.look()
  expect(heard).toMatchObject([
    { view: { status: { problem: null, lastEventAt: '2026-01-02T00:00:00.000Z' } } },
  ])
  expect(hub.run.view.status).toMatchObject({ problem: null })
  hub.close()
})
