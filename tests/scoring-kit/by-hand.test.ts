import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PYTHON_KIT_DIRECTORY, provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'
import { DOUBLING, SMALL } from './doubling.ts'
import { makeDirectory } from './run-scorer.ts'

test.each([
  ['javascript', process.execPath, 'score.mjs'],
  ['python', 'python3', 'score.py'],
] as const)('a scorer in %s that is run by hand', async (language, program, file) => {
  const directory = makeDirectory({
    [file]: DOUBLING[language](SMALL),
    'seed/double.mjs': 'export const double = (values) => values.map((value) => 2 * value)',
    'seed/double.py':
      'from array import array\ndef double(values): return array("d", (2 * v for v in values))',
  })
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  await provideScoringKit(directory)
  const { AVO_CANDIDATE: _, AVO_RESULT: __, ...own } = process.env
  const env = { ...own, PYTHONPATH: PYTHON_KIT_DIRECTORY, PYTHONDONTWRITEBYTECODE: '1', TMPDIR: directory }
  const run = (...args: string[]) =>
    spawnSync(program, [file, ...args], { cwd: directory, env, encoding: 'utf8' })

  const scored = run(join(directory, 'seed'))
  expect(JSON.parse(scored.stdout)).toMatchObject({ correct: true, scores: { some: expect.any(Number) } })
  expect(scored.stderr).toContain('no sandbox here')
  const lost = run()
  expect(lost).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('which candidate?') })
})
