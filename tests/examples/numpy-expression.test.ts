import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { findPython } from '../python.ts'
import { pythonPackage, requireAll } from '../requires.ts'
import { makeTask } from '../task.ts'
import { readRecipes } from './climb.ts'
import { describeExample } from './describe-example.ts'
import { describeRungs } from './score-rungs.ts'

const LADDER = [
  'one-sine',
  'write-over-the-argument',
  'complete-the-square',
  'in-blocks',
  'every-core-takes-the-next-block',
]
const needs = [pythonPackage('numpy', 'apt-get install python3-numpy')]

describeExample({
  name: 'numpy-expression',
  needs,
  attempts: 2,
  run: ['--set', 'gate.policy=single'],
  expectsVersions: true,
  broken: {
    'no Python': { file: 'expression.py', content: 'def build_func(x:\n', says: /SyntaxError: .*\n?/ },
    'an import that is not there': {
      file: 'expression.py',
      content: (seed) => `import numexpr_that_is_not_there\n${seed}`,
      says: /expression\.py, line 1: `import numexpr_that_is_not_there` is not allowed, but .*\bmath\b/,
    },
    'rubbish for an answer': {
      file: 'expression.py',
      content: 'def build_func(x):\n    return "done"\n',
      says: /'done', expected float64 of 5000000/,
    },
    'single precision': {
      file: 'expression.py',
      content: (seed) => seed.replace('return ', 'x = x.astype("float32")\n    return '),
      says: /float32 of 5000000, expected float64 of 5000000/,
    },
    'digits that are not right': {
      file: 'expression.py',
      content: (seed) => seed.replace('return ', 'return (1 + 1e-11) * '),
      says: /5 million: wrong output: at \[0\]: [\d.]+, expected [\d.]+/,
    },
    'right only where it is looked at': {
      file: 'expression.py',
      content: (seed) => seed.replace('np.sin(x)', 'np.sin(np.clip(x, 0, 1))'),
      says: /it fails on an input of a kind that is not shown/,
    },
    'no array of less than four elements': {
      file: 'expression.py',
      content: `import numpy as np

def build_func(x):
    step = x.size // 4
    for start in range(0, x.size, step):
        part = x[start:start + step]
        part[:] = np.exp(np.sin(part) + np.square(np.cos(part)))
    return x
`,
      says: /it fails on an input of a kind that is not shown/,
    },
    'a compiler at import': {
      file: 'expression.py',
      content: (seed) => `${seed}
from ctypes import CDLL
from subprocess import run
run(["cc", "-shared", "-o", "/tmp/fast.so", "fast.c"])
fast = CDLL("/tmp/fast.so")
`,
      says: /expression\.py, line 7: `ctypes` is not allowed: wanted is Python with NumPy/,
    },
    'a library through NumPy': {
      file: 'expression.py',
      content: (seed) => `${seed}\nfast = np.ctypeslib.load_library("fast", ".")\n`,
      says: /expression\.py, line 7: `ctypeslib` is not allowed/,
    },
    'a program of the machine': {
      file: 'expression.py',
      content: (seed) => `import os\nos.system("cc -shared -o fast.so fast.c")\n${seed}`,
      says: /expression\.py, line 2: `system` is not allowed/,
    },
    'a file of machine code': {
      file: 'fast.so',
      content: '\x7fELF\x02\x01\x01\0',
      says: /fast\.so is no text: wanted is/,
    },
  },
})

describe('the ladder of the article', async () => {
  requireAll(needs)
  await describeRungs('numpy-expression', 'expression.py', [LADDER, ['complete-the-square']])

  test('is compared with the version that the article ended with, in one process', async () => {
    const { climb } = await readRecipes('numpy-expression', 'expression.py')
    const directory = await makeTask({})
    const [top, wrong] = ['top.py', 'wrong.py'].map((name) => join(directory, name))
    if (top === undefined || wrong === undefined) return
    await writeFile(top, climb(LADDER).at(-1)?.get('expression.py') ?? '')
    await writeFile(wrong, 'def build_func(x):\n    return x\n')
    const compare = (candidate: string): string =>
      execFileSync(
        findPython('numpy') ?? 'python3',
        [join(PACKAGE_ROOT, 'examples/numpy-expression/compare.py'), '--json', candidate],
        { encoding: 'utf8', stdio: 'pipe' },
      )
    expect(JSON.parse(compare(top))).toEqual({
      seed: expect.any(Number),
      article: expect.any(Number),
      candidate: expect.any(Number),
    })
    expect(() => compare(wrong)).toThrow(/candidate is wrong/)
  })
})
