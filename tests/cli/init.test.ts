import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTask } from '../task.ts'
import { avo } from './avo.ts'

test('a task from the template can be run at once, and says how', async () => {
  const directory = await makeTask({})
  const made = await avo(['init', 'my-task'], { cwd: directory })
  expect(made).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('avo run my-task') })
  const scored = await avo(['eval', 'my-task', '--json'], { cwd: directory })
  expect(scored.exitCode).toBe(0)
  expect(JSON.parse(scored.stdout)).toMatchObject({ candidate: 'seed', correct: true })
})

test('a task from an example has its files and nothing of its runs', async () => {
  const directory = join(await makeTask({}), 'copy')
  expect(await avo(['init', directory, '--from', 'sorting'])).toMatchObject({ exitCode: 0 })
  const names = await readdir(directory)
  expect(names).toEqual(expect.arrayContaining(['avo.yaml', 'knowledge-base', 'scorer', 'seed']))
  expect(names).not.toContain('workspace')
  expect(names).not.toContain('.avo')
})

test('-o writes every key with its meaning, as a file that can be read', async () => {
  const directory = await makeTask({ 'seed/value.txt': '1', 'scorer/score.sh': '' })
  const written = await avo(['init', '-o', 'avo.yaml'], { cwd: directory })
  expect(written).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('avo.yaml') })
  const text = await readFile(join(directory, 'avo.yaml'), 'utf8')
  expect(text).toMatch(/^# \S.*\nmax_versions: 100$/m)
  expect(
    await avo(['run', '--set', 'scorer.command=[sh, score.sh]', '--max-versions', '0'], { cwd: directory }),
  ).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^error: --set max_versions: 0 is wrong/),
  })
})

test('nothing is ever overwritten', async () => {
  const directory = await makeTask({ 'mine.txt': 'mine' })
  await writeFile(join(directory, 'avo.yaml'), 'mine')
  for (const args of [
    ['init', '.'],
    ['init', '.', '--from', 'sorting'],
    ['init', '-o', 'avo.yaml'],
  ]) {
    const { exitCode, stdout, stderr } = await avo(args, { cwd: directory })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('never overwrites')
  }
  expect(await readdir(directory)).toEqual(['avo.yaml', 'mine.txt'])
  expect(await readFile(join(directory, 'avo.yaml'), 'utf8')).toBe('mine')
})

test('an example that does not exist is answered with those that do', async () => {
  const directory = await makeTask({})
  const { exitCode, stderr } = await avo(['init', 'copy', '--from', 'no-such'], { cwd: directory })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('sorting')
  expect(await readdir(directory)).toEqual([])
})
