import { readFileSync } from 'node:fs'
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/events.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { git } from '../storage/hostile-git.ts'
import { expectUndisturbed, makeCrashTask, readOutcome, runSession, runUndisturbed } from './crash-task.ts'

function eventsOf(directory: string): readonly RecordedEvent[] {
  const lines = readFileSync(join(directory, '.avo/events.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line): RecordedEvent => JSON.parse(line))
}

const AFTER_V1 = { matching: '"type":"attempt.started","attempt":2', how: 'after', nth: 1 } as const

test('records that are lost altogether: versions, scores, costs and attempts come from git alone', async () => {
  const { outcome } = await runUndisturbed()
  const directory = await makeCrashTask()
  await runSession(directory, { matching: '"type":"attempt.abandoned","attempt":5', how: 'after', nth: 1 })
  await rm(join(directory, '.avo'), { recursive: true })
  expect(await runSession(directory)).toMatchObject({ exitCode: 0, stderr: '' })

  const { state } = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
  const recorded = eventsOf(directory).find(({ type }) => type === 'lineage.rebuilt')
  expect(recorded).toMatchObject({ versions: 3, attempts: [{ number: 1 }, { number: 2 }, { number: 3 }] })
  expect(state.versions.slice(0, 3).map(({ score, tree, attempt }) => ({ score, tree, attempt }))).toEqual(
    outcome.versions.slice(0, 3).map(({ score, tree, attempt }) => ({ score, tree, attempt })),
  )
  const spent = outcome.versions.slice(0, 3).reduce((sum, { costUsd }) => sum + (costUsd ?? Number.NaN), 0)
  expect(recorded).toMatchObject({ costUsd: expect.closeTo(spent) })
  expect(await readFile(join(directory, 'workspace/value.txt'), 'utf8')).not.toBe('')
})

test("a person's commits on the lineage's branch get a branch of their own, and the run goes on", async () => {
  const { outcome } = await runUndisturbed()
  const directory = await makeCrashTask()
  const workspace = join(directory, 'workspace')
  await runSession(directory, AFTER_V1)
  await writeFile(join(workspace, 'notes.md'), 'mine')
  git(workspace, 'add', 'notes.md')
  git(workspace, 'commit', '--quiet', '-m', 'mine')
  const mine = git(workspace, 'rev-parse', 'main').trim()
  expect(await runSession(directory)).toMatchObject({ exitCode: 0, stderr: '' })

  const branch = `set-aside/${mine.slice(0, 12)}`
  expect(eventsOf(directory).filter(({ type }) => type === 'lineage.foreign')).toMatchObject([
    { commits: [mine], branch },
  ])
  expect(git(workspace, 'rev-parse', branch).trim()).toBe(mine)
  expect(await readFile(join(workspace, 'notes.md'), 'utf8')).toBe('mine')
  const { versions, ledger, costUsd } = await readOutcome(directory)
  expect(costUsd).toBe(outcome.costUsd)
  expect(versions.map(({ score }) => score)).toEqual(outcome.versions.map(({ score }) => score))
  expect(ledger.map(({ reason }) => reason)).toEqual(outcome.ledger.map(({ reason }) => reason))
})

test('files that a person changes between sessions are said, and kept as they were found', async () => {
  const directory = await makeCrashTask()
  const workspace = join(directory, 'workspace')
  await runSession(directory, AFTER_V1)
  await writeFile(join(workspace, 'idea.txt'), 'try this\n')
  expect(await runSession(directory)).toMatchObject({ exitCode: 0, stderr: '' })

  const changed = eventsOf(directory).filter(({ type }) => type === 'workspace.changed')
  expect(changed).toMatchObject([{ files: ['idea.txt'], kept: expect.stringMatching(/^refs\/avo\/found\//) }])
  const [kept] = git(workspace, 'for-each-ref', '--format=%(refname)', 'refs/avo/found').split('\n')
  expect(git(workspace, 'show', `${kept}:idea.txt`)).toBe('try this\n')
})

test('a line of the journal that is corrupt stops the run, with file and line; a torn last one is dropped', async () => {
  const directory = await makeCrashTask()
  const events = join(directory, '.avo/events.jsonl')
  await runSession(directory, AFTER_V1)
  const whole = await readFile(events, 'utf8')
  const lines = whole.split('\n')
  await writeFile(events, lines.with(4, `${lines[4]?.slice(0, 30)}`).join('\n'))
  const stopped = await runSession(directory)
  expect(stopped).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(`${events}:5 can't be read`) })

  await writeFile(events, whole)
  await appendFile(events, '{"at":"2026-01-01T00:00')
  await expectUndisturbed(directory)
  expect(eventsOf(directory)).toContainEqual(
    expect.objectContaining({ type: 'notice.given', text: expect.stringContaining('was dropped') }),
  )
})

test('locks of a git that was killed with the machine are cleared away', async () => {
  const directory = await makeCrashTask()
  await runSession(directory, { matching: 'update-ref --stdin', how: 'before', nth: 2 })
  const names = ['HEAD', 'index', 'refs/heads/main', 'refs/tags/avo/v1', 'refs/avo/attempts/1']
  for (const name of names) await writeFile(join(directory, 'workspace/.git', `${name}.lock`), '')
  await writeFile(join(directory, '.avo/git-index.lock'), '')
  await expectUndisturbed(directory)
})

test('a lineage whose tag was lost in the middle of a commit gets it again', async () => {
  const directory = await makeCrashTask()
  await runSession(directory, { matching: '"type":"version.committed"', how: 'before', nth: 2 })
  const tag = join(directory, 'workspace/.git/refs/tags/avo/v1')
  await rename(tag, `${tag}.lock`)
  await expectUndisturbed(directory)
})
