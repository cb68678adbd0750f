import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { openScorerSnapshot } from '../../src/evaluation/scorer-snapshot.ts'
import { makeDirectory, NEVER, openTask, shellScorer } from './evaluation-task.ts'

test('a change of the scorer has no effect on a run, and another name in the next', async () => {
  const spec = shellScorer(`echo '{"correct":true,"scores":{"a":1}}' > "$AVO_RESULT"`)
  const task = await openTask(spec)
  writeFileSync(
    join(spec.directory, 'score.sh'),
    `echo '{"correct":true,"scores":{"a":100}}' > "$AVO_RESULT"`,
  )
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ value: expect.closeTo(1) })

  const next = await openTask(spec)
  expect(next.scorer).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(next.scorer).not.toBe(task.scorer)
  expect(await next.evaluate(makeDirectory(), NEVER)).toMatchObject({ value: expect.closeTo(100) })
})

test('the name depends on files, modes, command and variables, and not on where they lie', async () => {
  const nameOf = async (spec: Parameters<typeof openScorerSnapshot>[0]) =>
    (await openScorerSnapshot(spec, makeDirectory())).scorer
  const spec = shellScorer('exit 0', { 'data/x': '1' })
  const same = shellScorer('exit 0', { 'data/x': '1' })
  const name = await nameOf(spec)
  expect(await nameOf(same)).toBe(name)
  expect(await nameOf({ ...spec, timeoutSeconds: 1 })).toBe(name)
  expect(await nameOf({ ...spec, env: { A: '1' } })).not.toBe(name)
  expect(await nameOf({ ...shellScorer('exit 0', { 'data/y': '1' }) })).not.toBe(name)
  chmodSync(join(same.directory, 'score.sh'), 0o755)
  expect(await nameOf(same)).not.toBe(name)
})

test('what is not the scorer’s is left out: excluded paths, git, compiled modules', async () => {
  const spec = shellScorer('', {
    'workspace/solution.py': '',
    '.git/HEAD': '',
    'lib/__pycache__/a.pyc': '',
    'lib/a.py': '',
  })
  const { directory } = await openScorerSnapshot(
    { ...spec, exclude: [join(spec.directory, 'workspace')] },
    makeDirectory(),
  )
  expect(readdirSync(directory, { recursive: true }).toSorted()).toEqual(['lib', 'lib/a.py', 'score.sh'])
})

test('links are followed, in circles too', async () => {
  const shared = makeDirectory({ 'cases.json': '[1]' })
  const spec = shellScorer('')
  symlinkSync(shared, join(spec.directory, 'shared'))
  symlinkSync(spec.directory, join(spec.directory, 'circle'))
  symlinkSync('/nowhere', join(spec.directory, 'broken'))
  const { directory } = await openScorerSnapshot(spec, makeDirectory())
  expect(readFileSync(join(directory, 'shared/cases.json'), 'utf8')).toBe('[1]')
  expect(existsSync(join(directory, 'circle'))).toBe(false)
})

test('what an evaluation leaves in the scorer’s directory is gone in the next', async () => {
  const task = await openTask(
    shellScorer(`n=$(ls | wc -l); mkdir -p state; echo x > state/best; echo x > helper.py
      echo "{\\"correct\\":true,\\"scores\\":{\\"files\\":$n}}" > "$AVO_RESULT"`),
  )
  for (let round = 0; round < 2; round++)
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ value: 1 })
})

test('a scorer that was tampered with measures nothing any more', async () => {
  const spec = shellScorer('exit 0')
  const { directory, restore } = await openScorerSnapshot(spec, makeDirectory())
  const file = join(directory, 'score.sh')
  const content = readFileSync(file, 'utf8')

  chmodSync(file, 0o644)
  writeFileSync(file, content)
  await expect(restore(), 'the same content written again').resolves.toBeUndefined()
  writeFileSync(file, `${content} `)
  await expect(restore()).rejects.toMatchObject({
    code: 'scorer',
    message: expect.stringContaining('score.sh'),
  })
})

test('a copy from an earlier session is used only if it is still what its name says', async () => {
  const spec = shellScorer('exit 0')
  const snapshots = makeDirectory()
  const { directory } = await openScorerSnapshot(spec, snapshots)
  chmodSync(join(directory, 'score.sh'), 0o644)
  writeFileSync(join(directory, 'score.sh'), 'exit 1')
  mkdirSync(join(directory, 'more'))
  const again = await openScorerSnapshot(spec, snapshots)
  expect(again.directory).toBe(directory)
  expect(readFileSync(join(directory, 'score.sh'), 'utf8')).toBe('exit 0')
  expect(readdirSync(snapshots).toSorted()).toEqual([basename(directory), 'node_modules'])
})

test('a missing scorer is an error that names it', async () => {
  const spec = { ...shellScorer(''), directory: '/no/such/scorer' }
  await expect(openScorerSnapshot(spec, makeDirectory())).rejects.toMatchObject({
    code: 'scorer',
    message: expect.stringContaining('/no/such/scorer'),
  })
})
