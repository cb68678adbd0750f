import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { PythonClassScorer } from '../../src/evaluation/scorer-spec.ts'
import { makeDirectory, NEVER, openTask } from './evaluation-task.ts'

const TASK = join(import.meta.dirname, 'python-task')
const SEED = readFileSync(join(TASK, 'seed.py'), 'utf8')
const hasPython = spawnSync('python3', ['--version']).status === 0

/** A scorer that is a Python class, from its module's text. */
function pythonScorer(module: string, files: Readonly<Record<string, string>> = {}): PythonClassScorer {
  return {
    kind: 'python-class',
    module: 'scorer.py',
    className: 'Scorer',
    solutionFile: 'solution.py',
    directory: makeDirectory({ 'scorer.py': module, ...files }),
    exclude: [],
    env: {},
    timeoutSeconds: 30,
  }
}

/** A scorer with one configuration, `n`, whose evaluate has this body. */
const withBody = (body: string) =>
  pythonScorer(`
from avo.core.scoring import ScoringFunction, Score
class Scorer(ScoringFunction):
    def get_configurations(self): return ["n"]
    def evaluate(self, source_code, source_file="solution.py"):
        ${body.replaceAll('\n', '\n        ')}
`)

// On a machine of ours (CI) a missing Python is a failure, not a reason to skip.
describe.skipIf(!hasPython && !process.env['CI'])(
  'Python scorers (need python3: apt-get install python3)',
  () => {
    test('a task of the Python AVO scores as it is', async () => {
      const { scorer } = await readConfig(TASK)
      const task = await openTask(scorer)
      expect(task.description).toBe(
        'Configurations: words_100, words_1000\n\nReference: a loop over a dictionary',
      )

      const seed = await task.evaluate(makeDirectory({ 'solution.py': SEED }), NEVER)
      expect(seed).toMatchObject({ correct: true, feedback: 'OK' })
      const better = 'from collections import Counter\ndef count_words(words): return dict(Counter(words))\n'
      const improved = await task.evaluate(makeDirectory({ 'solution.py': better }), NEVER)
      expect(improved.correct && seed.correct && improved.value > seed.value).toBe(true)
      expect(improved.correct && improved.value < 1e9).toBe(true)
    })

    test.for([
      ['is wrong', 'def count_words(words): return {}', 'incorrect', 'words_100: wrong counts'],
      ['can’t be imported', 'import no_such_module', 'incorrect', 'no_such_module'],
      ['fails', 'def count_words(words): return 1 / 0', 'crash', 'ZeroDivisionError: division by zero'],
      [
        'exits early with a result-like line',
        `import os, sys\nprint('{"correct": true, "scores": {"words_100": 9, "words_1000": 9}}')\nsys.stdout.flush()\nos._exit(0)`,
        'no-result',
        'AVO_RESULT',
      ],
      ['exits politely', 'import sys\nsys.exit(0)', 'no-result', 'AVO_RESULT'],
      [
        'looks for the result',
        `import os\nopen(os.environ["AVO_RESULT"], "w").write("{}")`,
        'incorrect',
        'AVO_RESULT',
      ],
    ] as const)('a candidate that %s', async ([, source, failure, reason]) => {
      const { scorer } = await readConfig(TASK)
      const task = await openTask(scorer)
      expect(await task.evaluate(makeDirectory({ 'solution.py': source }), NEVER)).toMatchObject({
        correct: false,
        failure,
        reason: expect.stringContaining(reason),
      })
    })

    test.for([
      ['leaves a configuration out', 'return Score(values={}, passes_correctness=True)', 'empty'],
      ['adds one', 'return Score(values={"n": 1, "m": 9}, passes_correctness=True)', 'unknown m'],
      [
        'gives NaN',
        'return Score(values={"n": float("nan")}, passes_correctness=True)',
        '"n" must be a finite number',
      ],
      ['gives zero', 'return Score(values={"n": 0}, passes_correctness=True)', '"n"'],
    ] as const)('a scorer that %s', async ([, body, reason]) => {
      const task = await openTask(withBody(body))
      expect(await task.evaluate(makeDirectory({ 'solution.py': '' }), NEVER)).toMatchObject({
        failure: 'invalid-scores',
        reason: expect.stringContaining(reason),
      })
    })

    test('gets the candidate’s own copy as its directory, whatever it calls it, and the whole of it', async () => {
      const task = await openTask(
        withBody(`import os
from pathlib import Path
assert source_code == "x = 1" and source_file == "solution.py"
assert Path("solution.py").read_text() == source_code and Path("data/more").exists()
return Score(values={"n": 3}, passes_correctness=True)`),
      )
      const candidate = makeDirectory({ 'solution.py': 'x = 1', 'data/more': '' })
      expect(await task.evaluate(candidate, NEVER)).toMatchObject({ correct: true })
    })

    test.for([
      ['can’t be loaded', 'import no_such_module', 'no_such_module'],
      ['has no such class', 'class Other: pass', 'no class Scorer; set scoring_class'],
      [
        'has no configurations',
        'class Scorer:\n    def get_configurations(self): return []',
        'no configurations',
      ],
    ] as const)('a module that %s is an error before anything is scored', async ([, module, message]) => {
      await expect(openTask(pythonScorer(module))).rejects.toMatchObject({
        code: 'scorer',
        message: expect.stringContaining(message),
      })
    })
  },
)
