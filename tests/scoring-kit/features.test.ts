import { describe, expect, test } from 'vitest'
import { DOUBLING, SMALL } from './doubling.ts'
import { type Files, runScorer } from './run-scorer.ts'

/** The same scorer and the same candidates in both languages; options are written as both understand them. */
interface Feature {
  readonly name: string
  readonly javascript: {
    readonly scorer: string
    readonly candidate: Files
    readonly env?: Record<string, string>
  }
  readonly python: {
    readonly scorer: string
    readonly candidate: Files
    readonly env?: Record<string, string>
  }
  readonly expected: object
}

const QUICK = { javascript: 'samples: 2, budgetSeconds: 0', python: 'samples=2, budget_seconds=0' }
const js = (task: string) => `import { scoreCandidate } from 'avo/scoring'
await scoreCandidate({ candidate: { module: 'f.mjs', function: 'f' }, ${QUICK.javascript}, ${task} })`
const py = (task: string) => `from avo_scoring import score_candidate
score_candidate(**{**dict(module="f.py", function="f", samples=2, budget_seconds=0), **dict(${task})})`
const incorrect = (feedback: RegExp) => ({
  exitCode: 0,
  result: { correct: false, scores: {}, feedback: expect.stringMatching(feedback) },
})

const FEATURES: readonly Feature[] = [
  {
    name: 'a hidden configuration that it fails is named to the person only',
    javascript: {
      scorer: js(
        `configurations: { open: 1 }, holdout: { 'the sly one': -1 }, input: (c) => c, reference: (c) => 2 * c`,
      ),
      candidate: {
        'f.mjs': `export const f = (c) => { console.error('given', c); if (c < 0) throw new RangeError('seen ' + c); return 2 * c }`,
      },
    },
    python: {
      scorer: py(
        `configurations={"open": 1}, holdout={"the sly one": -1}, input=lambda c, r: c, reference=lambda c, i: 2 * c`,
      ),
      candidate: {
        'f.py': `def f(c):\n    print("given", c)\n    if c < 0: raise ValueError(f"seen {c}")\n    return 2 * c`,
      },
    },
    expected: {
      exitCode: 0,
      stdout: '',
      stderr: expect.not.stringContaining('given'),
      result: {
        correct: false,
        feedback: 'it fails on an input of a kind that is not shown',
        holdout: {
          correct: false,
          reason: expect.stringMatching(/^the sly one: it says: f threw (Range|Value)Error: seen -1/),
        },
      },
    },
  },
  {
    name: 'hidden configurations are left out while the agent looks',
    javascript: {
      scorer: js(
        `configurations: { open: 1 }, holdout: { 'the sly one': -1 }, input: (c) => c, reference: (c) => 2 * c`,
      ),
      candidate: { 'f.mjs': 'export const f = (c) => { if (c < 0) throw RangeError("seen"); return 2 * c }' },
      env: { AVO_HOLDOUT: 'skip' },
    },
    python: {
      scorer: py(
        `configurations={"open": 1}, holdout={"the sly one": -1}, input=lambda c, r: c, reference=lambda c, i: 2 * c`,
      ),
      candidate: { 'f.py': 'def f(c):\n    assert c > 0\n    return 2 * c' },
      env: { AVO_HOLDOUT: 'skip' },
    },
    expected: { result: expect.not.objectContaining({ holdout: expect.anything() }), exitCode: 0 },
  },
  {
    name: 'hidden configurations that it does well are scored apart',
    javascript: {
      scorer: js('configurations: { a: 1 }, holdout: { h: 2 }, input: (c) => c, reference: (c) => c'),
      candidate: { 'f.mjs': 'export const f = (c) => c' },
    },
    python: {
      scorer: py('configurations={"a": 1}, holdout={"h": 2}, input=lambda c, r: c, reference=lambda c, i: c'),
      candidate: { 'f.py': 'def f(c): return c' },
    },
    expected: {
      result: {
        correct: true,
        scores: { a: expect.any(Number) },
        metrics: { a: expect.anything() },
        holdout: { correct: true, scores: { h: expect.any(Number) } },
      },
    },
  },
  {
    name: 'a score that is not plausible is held',
    javascript: {
      scorer: js(
        'configurations: { a: 1, b: 2 }, input: (c) => c, reference: (c) => c, plausible: (c) => [0, c === 2 ? 1 : 1e12]',
      ),
      candidate: { 'f.mjs': 'export const f = (c) => c' },
    },
    python: {
      scorer: py(
        'configurations={"a": 1, "b": 2}, input=lambda c, r: c, reference=lambda c, i: c, plausible=lambda c: (0, 1 if c == 2 else 1e12)',
      ),
      candidate: { 'f.py': 'def f(c): return c' },
    },
    expected: {
      result: {
        correct: true,
        held: true,
        reason: expect.stringMatching(/^b: a score of \S+ is not between 0 and 1$/),
      },
    },
  },
  {
    name: 'a value is what the scorer makes of the output, without a clock',
    javascript: {
      scorer: js(
        'configurations: { n: 3 }, input: () => null, samples: 4, check: (n, _, out) => out.length === n, value: (n, _, out) => out[0] + out[1] + out[2]',
      ),
      candidate: { 'f.mjs': 'export const f = () => [0.25, 0.5, 2]' },
    },
    python: {
      scorer: py(
        'configurations={"n": 3}, input=lambda c, r: None, samples=4, check=lambda n, i, out: len(out) == n, value=lambda n, i, out: sum(out)',
      ),
      candidate: { 'f.py': 'def f(nothing): return (0.25, 0.5, 2)' },
    },
    expected: { exitCode: 0, result: { correct: true, scores: { n: 2.75 } } },
  },
  {
    name: 'a value may have the time in it, of the call alone',
    javascript: {
      scorer: js(
        'configurations: { n: 3 }, input: () => null, value: (n, _, out, seconds) => (seconds > 0.3 && seconds < 30 ? out : 0)',
      ),
      candidate: {
        'f.mjs':
          'export const f = () => { const end = Date.now() + 320; while (Date.now() < end); return 7 }',
      },
    },
    python: {
      scorer: py(
        'configurations={"n": 3}, input=lambda c, r: None, value=lambda n, i, out, seconds: out if 0.3 < seconds < 30 else 0',
      ),
      candidate: { 'f.py': 'import time\ndef f(nothing):\n    time.sleep(0.32)\n    return 7' },
    },
    expected: { result: { correct: true, scores: { n: 7 } } },
  },
  {
    name: 'a value that is not above 0 is an incorrect one',
    javascript: {
      scorer: js('configurations: { n: 3 }, input: () => null, value: (n, _, out) => out'),
      candidate: { 'f.mjs': 'export const f = () => NaN' },
    },
    python: {
      scorer: py('configurations={"n": 3}, input=lambda c, r: None, value=lambda n, i, out: out'),
      candidate: { 'f.py': 'def f(nothing): return float("nan")' },
    },
    expected: incorrect(/^n: a score is a finite number above 0, and this one is (NaN|nan)/),
  },
  {
    name: 'who changes an argument that must be kept',
    javascript: {
      scorer: js(
        'configurations: { a: 5 }, input: (n, random) => Float64Array.from({ length: n }, random), keepsInput: true, reference: (_, v) => v.toSorted()',
      ),
      candidate: { 'f.mjs': 'export const f = (v) => v.sort().slice()' },
    },
    python: {
      scorer: py(
        'configurations={"a": 5}, input=lambda n, r: [r.random() for _ in range(n)], keeps_input=True, reference=lambda n, v: sorted(v)',
      ),
      candidate: { 'f.py': 'def f(v):\n    v.sort()\n    return v' },
    },
    expected: incorrect(/^a: it changed its argument: at \[\d\]: 0\.\d+, expected 0\.\d+$/),
  },
  {
    name: 'who changes an argument that need not be kept',
    javascript: {
      scorer: js(
        'configurations: { a: 5 }, input: (n, random) => Float64Array.from({ length: n }, random), reference: (_, v) => v.toSorted()',
      ),
      candidate: { 'f.mjs': 'export const f = (v) => v.sort()' },
    },
    python: {
      scorer: py(
        'configurations={"a": 5}, input=lambda n, r: [r.random() for _ in range(n)], reference=lambda n, v: sorted(v)',
      ),
      candidate: { 'f.py': 'def f(v):\n    v.sort()\n    return v' },
    },
    expected: { result: { correct: true } },
  },
  {
    name: 'a fresh process for each sample',
    javascript: {
      scorer: js(`configurations: { a: 1, b: 2 }, input: (c) => c, reference: (c) => c, fresh: 'sample'`),
      candidate: {
        'f.mjs': `let calls = 0\nexport const f = (c) => { if (++calls > 1) throw new Error('again'); return c }`,
      },
    },
    python: {
      scorer: py(
        'configurations={"a": 1, "b": 2}, input=lambda c, r: c, reference=lambda c, i: c, fresh="sample"',
      ),
      candidate: {
        'f.py': `calls = []\ndef f(c):\n    calls.append(c)\n    if len(calls) > 1: raise RuntimeError("again")\n    return c`,
      },
    },
    expected: { result: { correct: true, metrics: { a: { samples: 2 } } } },
  },
  {
    name: 'an input that is a list of arguments',
    javascript: {
      scorer: js(
        `candidate: { module: 'f.mjs', function: 'f', spread: true }, configurations: { a: 1 }, input: () => [7, 3], reference: () => 4`,
      ),
      candidate: { 'f.mjs': 'export const f = (a, b) => a - b' },
    },
    python: {
      scorer: py('spread=True, configurations={"a": 1}, input=lambda c, r: [7, 3], reference=lambda c, i: 4'),
      candidate: { 'f.py': 'def f(a, b): return a - b' },
    },
    expected: { result: { correct: true } },
  },
  {
    name: 'numbers that are near enough',
    javascript: {
      scorer: js(
        'configurations: { a: 1 }, input: () => null, reference: () => ({ x: [1, 2e9] }), tolerance: { absolute: 0.01, relative: 1e-6 }',
      ),
      candidate: { 'f.mjs': 'export const f = () => ({ x: [1.005, 2.000001e9] })' },
    },
    python: {
      scorer: py(
        'configurations={"a": 1}, input=lambda c, r: None, reference=lambda c, i: {"x": (1, 2e9)}, tolerance=dict(absolute=0.01, relative=1e-6)',
      ),
      candidate: { 'f.py': 'def f(_): return {"x": [1.005, 2.000001e9]}' },
    },
    expected: { result: { correct: true } },
  },
  {
    name: 'what a check says about an output',
    javascript: {
      scorer: js(
        `configurations: { a: 1 }, input: () => null, check: (c, i, out) => (out === 2 ? true : 'two was asked for')`,
      ),
      candidate: { 'f.mjs': 'export const f = () => 3' },
    },
    python: {
      scorer: py(
        'configurations={"a": 1}, input=lambda c, r: None, check=lambda c, i, out: True if out == 2 else "two was asked for"',
      ),
      candidate: { 'f.py': 'def f(_): return 3' },
    },
    expected: incorrect(/^a: wrong output: two was asked for$/),
  },
  {
    name: 'an output that the check can not even look at',
    javascript: {
      scorer: js(
        'configurations: { a: 1 }, input: () => null, check: (c, i, out) => out.points.length === 2',
      ),
      candidate: { 'f.mjs': 'export const f = () => null' },
    },
    python: {
      scorer: py(
        'configurations={"a": 1}, input=lambda c, r: None, check=lambda c, i, out: len(out["points"]) == 2',
      ),
      candidate: { 'f.py': 'def f(_): return None' },
    },
    expected: incorrect(/^a: wrong output: the check fails on it: /),
  },
  {
    name: 'a check without a verdict is the scorer’s defect, not the candidate’s',
    javascript: {
      scorer: js('configurations: { a: 1 }, input: () => null, check: () => {}'),
      candidate: { 'f.mjs': 'export const f = () => null' },
    },
    python: {
      scorer: py('configurations={"a": 1}, input=lambda c, r: None, check=lambda c, i, out: None'),
      candidate: { 'f.py': 'def f(_): return None' },
    },
    expected: { exitCode: 1, result: null, stderr: expect.stringContaining('check returns') },
  },
  {
    name: 'a module with a syntax error',
    javascript: {
      scorer: js('configurations: { a: 1 }, input: () => null, reference: () => 1'),
      candidate: { 'f.mjs': 'export const f = () => {\n  return 1 +\n}\n' },
    },
    python: {
      scorer: py('configurations={"a": 1}, input=lambda c, r: None, reference=lambda c, i: 1'),
      candidate: { 'f.py': 'def f(_):\n    return 1 +\n' },
    },
    expected: incorrect(/^it says: f\.\w+ can't be loaded: SyntaxError: [^\n]+\n.*f\.\w+(:3|", line 2)/s),
  },
  {
    name: 'a module that fails while it loads',
    javascript: {
      scorer: js('configurations: { a: 1 }, input: () => null, reference: () => 1'),
      candidate: {
        'f.mjs': `import { g } from './deep/g.mjs'\nexport const f = g`,
        'deep/g.mjs': `export const g = null.x\n`,
      },
    },
    python: {
      scorer: py('configurations={"a": 1}, input=lambda c, r: None, reference=lambda c, i: 1'),
      candidate: { 'f.py': 'from deep.g import g\nf = g\n', 'deep/g.py': 'None.x\n' },
    },
    expected: incorrect(
      /^it says: f\.\w+ can't be loaded: (Type|Attribute)Error: [^\n]+\n(?!.*(kit|\/tmp|node:)).*deep\/g\.(mjs|py)/s,
    ),
  },
  {
    name: 'a module without the function',
    javascript: {
      scorer: js('configurations: { a: 1 }, input: () => null, reference: () => 1'),
      candidate: { 'f.mjs': 'export const g = 1\nexport const h = 2' },
    },
    python: {
      scorer: py('configurations={"a": 1}, input=lambda c, r: None, reference=lambda c, i: 1'),
      candidate: { 'f.py': 'g = 1\nh = 2' },
    },
    expected: incorrect(/^it says: f\.\w+ (exports no|has no) function f; it (exports|has): g, h$/),
  },
  {
    name: 'an exception in a call',
    javascript: {
      scorer: js('configurations: { a: 1 }, input: () => null, reference: () => 1'),
      candidate: {
        'f.mjs': `const g = () => { throw new RangeError('too\\nbad') }\nexport const f = () => g()`,
      },
    },
    python: {
      scorer: py('configurations={"a": 1}, input=lambda c, r: None, reference=lambda c, i: 1'),
      candidate: { 'f.py': 'def g(): raise IndexError("too bad")\ndef f(_): return g()' },
    },
    expected: incorrect(
      /^a: it says: f threw \w+Error: too[^\n]*\n(?!.*(scoring-kit|\/tmp|node:)).*f\.\w+(:2|", line 2)/s,
    ),
  },
  {
    name: 'a program that reads its input and writes its output, built before',
    javascript: {
      scorer: js(
        `candidate: { build: ['sh', 'build.sh'], command: ['sh', './double'] }, configurations: { a: 1 }, input: (_, random) => random.integer(10, 99) + '\\n', reference: (_, line) => 2 * Number(line) + '\\n'`,
      ),
      candidate: { 'build.sh': `echo building; echo 'read n; echo $((2 * n))' > double` },
    },
    python: {
      scorer: py(
        'module=None, function=None, build=["sh", "build.sh"], command=["sh", "./double"], configurations={"a": 1}, input=lambda c, r: f"{r.randint(10, 99)}\\n", reference=lambda c, line: f"{2 * int(line)}\\n"',
      ),
      candidate: { 'build.sh': `echo building; echo 'read n; echo $((2 * n))' > double` },
    },
    expected: { result: { correct: true } },
  },
  {
    name: 'a program that takes bytes',
    javascript: {
      scorer: js(
        `candidate: { command: ['cat'] }, configurations: { a: 100_000 }, input: (n, random) => Uint8Array.from({ length: n }, () => random.integer(0, 255)), reference: (_, bytes) => bytes`,
      ),
      candidate: {},
    },
    python: {
      scorer: py(
        'module=None, function=None, command=["cat"], configurations={"a": 100_000}, input=lambda n, r: r.randbytes(n), reference=lambda n, content: content',
      ),
      candidate: {},
    },
    expected: { result: { correct: true } },
  },
  {
    name: 'a program that can not be built',
    javascript: {
      scorer: js(
        `candidate: { build: ['sh', '-c', 'echo no compiler >&2; exit 2'], command: ['true'] }, configurations: { a: 1 }, input: () => '', reference: () => ''`,
      ),
      candidate: {},
    },
    python: {
      scorer: py(
        'module=None, function=None, build=["sh", "-c", "echo no compiler >&2; exit 2"], command=["true"], configurations={"a": 1}, input=lambda n, r: "", reference=lambda n, i: ""',
      ),
      candidate: {},
    },
    expected: incorrect(/^it can't be built: sh -c echo no compiler .* ended with exit code 2\nno compiler$/),
  },
  {
    name: 'a program that fails',
    javascript: {
      scorer: js(
        `candidate: { command: ['sh', '-c', 'echo bad input >&2; kill -SEGV $$'] }, configurations: { a: 1 }, input: () => '', reference: () => ''`,
      ),
      candidate: {},
    },
    python: {
      scorer: py(
        'module=None, function=None, command=["sh", "-c", "echo bad input >&2; kill -SEGV $$"], configurations={"a": 1}, input=lambda n, r: "", reference=lambda n, i: ""',
      ),
      candidate: {},
    },
    expected: incorrect(/^a: it says: sh -c .* ended with (SIGSEGV|signal 11)\nbad input$/),
  },
  {
    name: 'a clock that the candidate has stopped',
    javascript: {
      scorer: js(
        `configurations: { a: 1 }, input: (c) => c, reference: (c) => c, score: 'seconds', channel: 'subtracted'`,
      ),
      candidate: {
        'f.mjs': `const now = performance.now.bind(performance)
performance.now = Date.now = () => 0
process.hrtime.bigint = () => 0n
export const f = (c) => { for (const until = now() + 30; now() < until; ); return c }`,
      },
    },
    python: {
      scorer: py(
        'configurations={"a": 1}, input=lambda c, r: c, reference=lambda c, i: c, score="seconds", channel="subtracted"',
      ),
      candidate: {
        'f.py': `import time
sleep = time.sleep
time.sleep = time.perf_counter = time.monotonic = time.time = lambda *args: 0
def f(c):
    sleep(0.03)
    return c`,
      },
    },
    // Nothing but the 30 ms that it takes on purpose, from below.
    expected: {
      result: { correct: true, scores: { a: expect.toSatisfy((seconds: number) => seconds > 0.015) } },
    },
  },
]

describe.each(['javascript', 'python'] as const)('%s', (language) => {
  test.concurrent.each(FEATURES)('$name', async ({ [language]: { scorer, candidate, env }, expected }) => {
    expect(await runScorer(scorer, candidate, env)).toMatchObject(expected)
  })

  test.concurrent('the same secret gives the same inputs, and none gives others', async () => {
    const scorer =
      language === 'javascript'
        ? js('configurations: { a: 1, b: 2 }, input: (_, random) => random(), value: (_, input) => 1 + input')
        : py('configurations={"a": 1, "b": 2}, input=lambda c, r: r.random(), value=lambda c, i, out: 1 + i')
    const candidate = { 'f.mjs': 'export const f = () => 0', 'f.py': 'def f(_): return 0' }
    const scoresWith = async (env: Record<string, string>) =>
      (await runScorer(scorer, candidate, env)).result?.scores ?? {}
    const [first, again, other, none] = await Promise.all([
      scoresWith({ AVO_INPUTS: 'one' }),
      scoresWith({ AVO_INPUTS: 'one' }),
      scoresWith({ AVO_INPUTS: 'two' }),
      scoresWith({}),
    ])
    expect(again).toEqual(first)
    expect(new Set([first, other, none].flatMap((scores) => Object.values(scores))).size).toBe(6)
  })

  // By itself: the others leave no core alone.
  test('an algorithm that does a twelfth of the work scores much higher', async () => {
    const scores: number[] = []
    for (const rounds of [12, 1]) {
      const candidate = {
        'double.mjs': `export function double(values) {
  let sum = 0
  for (let i = 0; i < ${rounds} * 2e6; i++) sum += Math.sqrt(i)
  return values.map((value) => (sum > 0 ? 2 * value : 0))
}`,
        'double.py': `from array import array
def double(values):
    for i in range(${rounds} * 300_000): pass
    return array("d", (2 * value for value in values))`,
      }
      const { result } = await runScorer(DOUBLING[language](SMALL), candidate)
      scores.push(result?.scores['some'] ?? Number.NaN)
    }
    const [slow = Number.NaN, fast = Number.NaN] = scores
    expect(fast / slow).toBeGreaterThan(3)
  })
})
