import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { startCandidate } from '../../src/scoring-kit/process/candidate-process.ts'
import { createPlainLauncher } from '../../src/scoring-kit/process/plain-launcher.ts'
import type { Program } from '../../src/scoring-kit/process/program.ts'
import { findPython } from '../python.ts'
import { pythonPackage, requireAll } from '../requires.ts'
import { makeDirectory, runScorer } from './run-scorer.ts'

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  1.5e300,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  2n ** 70n,
  'Grüße \u0000 \u{1f9ee} "$avo"',
  [],
  {},
  [[1, [2.5, null]], { a: { b: [Number.POSITIVE_INFINITY] } }],
  new Float64Array([1, Number.NaN, -0, Number.POSITIVE_INFINITY]),
  new Float32Array(),
  { ints: new Int8Array([-1]), words: [new Uint16Array([65_535]), new BigInt64Array([-(2n ** 63n)])] },
  Uint8Array.from({ length: 70_000 }, (_, i) => i),
  [new Float64Array(100_000).fill(0.1), new Int32Array(3), new Uint32Array(50_000).fill(7)],
]

async function echoThrough(program: Program, values: readonly unknown[]): Promise<unknown> {
  const directory = makeDirectory()
  const launcher = createPlainLauncher(directory)
  try {
    const limits = { timeoutSeconds: 10, startTimeoutSeconds: 10, maxOutputBytes: 1e8 }
    const echo = await startCandidate(launcher, program, limits)
    await echo.setEcho(values)
    const { output } = await echo.call(values)
    await echo.stop()
    return output
  } finally {
    await launcher.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

describe('plain data comes back from another process as it went', () => {
  test('from JavaScript', async () => {
    expect(await echoThrough({ echo: 'node' }, VALUES)).toStrictEqual(VALUES)
  })

  test('from Python', async () => {
    expect(await echoThrough({ echo: 'python' }, VALUES)).toStrictEqual(VALUES)
  })
})

describe('a scorer and a candidate in different languages', () => {
  test.each([8, 100_000])('JavaScript scores Python, %i numbers', async (size) => {
    const { result } = await runScorer(
      `import { scoreCandidate } from 'avo/scoring'
await scoreCandidate({
  candidate: { module: 'f.py', function: 'double' },
  configurations: { a: ${size} },
  input: (size, random) => ({ values: Float64Array.from({ length: size }, random), by: 2 }),
  reference: (_, { values }) => [values.map((value) => 2 * value), 'done'],
  samples: 2, budgetSeconds: 0,
})`,
      {
        'f.py':
          'def double(task):\n    v = task["values"]\n    for i in range(len(v)): v[i] *= task["by"]\n    return v, "done"',
      },
    )
    expect(result).toMatchObject({ correct: true, metrics: { a: { samples: 2 } } })
  })

  test.each(['f.mjs', 'f.ts'])('Python scores JavaScript, %s', async (module) => {
    const { result } = await runScorer(
      `from array import array
from avo_scoring import score_candidate
score_candidate(
    module="${module}", function="double",
    interpreter="${process.execPath}",
    configurations={"small": 8, "large": 100_000},
    input=lambda size, random: array("d", (random.random() for _ in range(size))),
    check=lambda size, values, output: [2 * value for value in values] == list(output),
    samples=2, budget_seconds=0,
)`,
      {
        [module]: `export function double(values${module === 'f.ts' ? ': Float64Array' : ''}) { return values.map((x) => 2 * x) }`,
      },
    )
    expect(result).toMatchObject({ correct: true, metrics: { large: { samples: 2 } } })
  })
})

describe('numpy', () => {
  requireAll([pythonPackage('numpy', 'apt-get install python3-numpy')])
  const interpreter = findPython('numpy') ?? ''

  test('plain data comes back from another process as it went', async () => {
    expect(await echoThrough({ echo: 'python', interpreter }, VALUES)).toStrictEqual(VALUES)
  })

  async function score(size: number, candidate: string) {
    return runScorer(
      `import numpy
from avo_scoring import score_candidate
score_candidate(
    module="f.py", function="f",
    configurations={"a": ${size}},
    input=lambda size, random: numpy.random.default_rng(random.getrandbits(64)).random((size, 3)),
    reference=lambda size, values: {"sum": values.sum(axis=1), "mask": values > 0.5, "half": values.astype("float32")},
    tolerance=dict(relative=1e-12), keeps_input=True, samples=2, budget_seconds=0,
)`,
      { 'f.py': candidate },
      { PYTHON: interpreter },
    )
  }
  const honest = 'def f(v): return {"sum": v.sum(axis=1), "mask": v > 0.5, "half": v.astype("float32")}'

  test.each([4, 100_000])('arrays of several dimensions and types, %i rows', async (rows) => {
    expect((await score(rows, honest)).result).toMatchObject({ correct: true })
  })

  test.each([
    [
      'is not contiguous',
      `import numpy\ndef f(v): return {"sum": v.sum(axis=1), "mask": numpy.asfortranarray(v > 0.5), "half": v.astype("f4")}`,
    ],
    [
      'is of the other byte order',
      `def f(v): return {"sum": v.sum(axis=1).astype(">f8"), "mask": v > 0.5, "half": v.astype("f4")}`,
    ],
  ])('an array that %s', async (_, candidate) => {
    expect((await score(100_000, candidate)).result).toMatchObject({ correct: true })
  })

  test.each([
    [
      'another type',
      'def f(v): return {"sum": v.sum(axis=1), "mask": v > 0.5, "half": v}',
      /at \.half: float64 of 4x3, expected float32 of 4x3/,
    ],
    [
      'another shape',
      'def f(v): return {"sum": v.sum(axis=1), "mask": v > 0.5, "half": v.T.astype("f4")}',
      /at \.half: float32 of 3x4, expected float32 of 4x3/,
    ],
    [
      'not a number',
      'def f(v): return {"sum": v.sum(axis=1) * float("nan"), "mask": v > 0.5, "half": v.astype("f4")}',
      /at \.sum\[0\]: nan, expected/,
    ],
    [
      'objects',
      'def f(v): return v.astype(object)',
      /not plain data: an object of class ndarray of a type that can't travel/,
    ],
    [
      'a subclass',
      'import numpy\ndef f(v): return numpy.ma.array(v)',
      /not plain data: an object of class MaskedArray/,
    ],
    ['its changed argument', 'def f(v):\n    v.sort()\n    return {}', /^a: it changed its argument/],
  ])('an array that holds %s', async (_, candidate, feedback) => {
    expect((await score(4, candidate)).result?.feedback).toMatch(feedback)
  })

  test('an answer that goes on being written when it was given (a large array is copied within the clock)', async () => {
    const { result } = await score(
      200_000,
      `import os, sys, threading, time
def f(v):
    out = {"sum": v.sum(axis=1), "mask": v > 0.5, "half": v.astype("f4")}
    right = out["sum"].copy()
    out["sum"][:] = 0
    def finish():
        time.sleep(0.3)
        with open(sys.argv[1] + "/output", "r+b") as file: file.write(right.tobytes())
    threading.Thread(target=finish, daemon=True).start()
    return out`,
    )
    expect(result?.feedback).toMatch(/^a: wrong output: at \.sum\[0\]: 0\.0, expected/)
  })
})
