import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requireProgram } from '../requires.ts'
import { makeDirectory, runScorer } from './run-scorer.ts'

const SCORER = `from avo_scoring import require_modules, score_candidate
require_modules("json", "gift")
import gift
score_candidate(module="f.py", function="f", samples=1, budget_seconds=0,
    configurations={"n": 1}, input=lambda c, r: None, reference=lambda c, i: gift.NUMBER)`
const CANDIDATE = { 'f.py': 'import gift\ndef f(nothing): return gift.NUMBER' }

describe('a scorer that needs a module', () => {
  requireProgram('python3', 'apt-get install python3')

  let directory: string
  let environment: string
  beforeAll(() => {
    directory = makeDirectory()
    environment = join(directory, 'environment')
    execFileSync('python3', ['-m', 'venv', '--without-pip', environment])
    const place = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    const packages = execFileSync(join(environment, 'bin/python3'), ['-c', place], {
      encoding: 'utf8',
    }).trim()
    mkdirSync(join(packages, 'gift'), { recursive: true })
    writeFileSync(join(packages, 'gift/__init__.py'), 'NUMBER = 7\n')
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('runs with the first Python on the PATH that has it, and so do the candidates', async () => {
    const PATH = [process.env['PATH'], join(directory, 'nowhere'), join(environment, 'bin')].join(delimiter)
    expect(await runScorer(SCORER, CANDIDATE, { PATH })).toMatchObject({
      exitCode: 0,
      result: { correct: true, scores: { n: expect.any(Number) } },
    })
  })

  test('says what to install where none has it', async () => {
    const { exitCode, result, stderr } = await runScorer(SCORER, CANDIDATE)
    expect({ exitCode, result }).toEqual({ exitCode: 1, result: null })
    expect(stderr).toMatch(
      /^no python3 on the PATH has gift: install with `\S+ -m pip install gift`, or .*`apt-get install python3-gift`\n$/,
    )
  })
})
