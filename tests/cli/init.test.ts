import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
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

const EXAMPLES = join(PACKAGE_ROOT, 'examples')

test.each(readdirSync(EXAMPLES))(
  'a task from the example %s is its files, programs as programs',
  async (name) => {
    const directory = join(await makeTask({}), 'copy')
    expect(await avo(['init', directory, '--from', name])).toMatchObject({ exitCode: 0, stderr: '' })
    const example = join(EXAMPLES, name)
    // Whoever tries an example where it lies has the files of a run there, too.
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: example,
    })
    const files = String(tracked)
      .split('\0')
      .filter((file) => file !== '')
    expect(files).toContain('avo.yaml')
    for (const file of files) {
      const [source, copy] = [join(example, file), join(directory, file)]
      expect(readFileSync(copy).equals(readFileSync(source)), file).toBe(true)
      expect(statSync(copy).mode, file).toBe(statSync(source).mode)
    }
    expect((await readdir(directory)).toSorted()).toEqual(
      [...new Set([...files.map((file) => file.split('/')[0]), 'node_modules'])].toSorted(),
    )
  },
)

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
  for (const name of readdirSync(EXAMPLES)) expect(stderr).toContain(name)
  expect(await readdir(directory)).toEqual([])
})
