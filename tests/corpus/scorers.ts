import type { CorpusLanguage } from './entry.ts'

/** How long an honest solution takes for one call, at least: no clock that is read honestly can make a score of more. */
export const NAP_SECONDS = 0.02

/** Solutions that sort, and take a nap before: what they can be scored at has a limit that physics guarantees. */
export const SEEDS: Readonly<Record<CorpusLanguage, { readonly file: string; readonly source: string }>> = {
  javascript: {
    file: 'solve.mjs',
    source: `const still = new Int32Array(new SharedArrayBuffer(4))

export function solve(values) {
  Atomics.wait(still, 0, 0, ${NAP_SECONDS * 1000})
  return values.slice().sort((a, b) => a - b)
}
`,
  },
  python: {
    file: 'solve.py',
    source: `import time

def solve(values):
    time.sleep(${NAP_SECONDS})
    return type(values)(values.typecode, sorted(values)) if hasattr(values, "typecode") else sorted(values)
`,
  },
}

/**
 * Scorers on the kit: numbers sorted, two kinds of input that are known and, with `HOLDOUT`, one that is not. `TIMED` makes a
 * score of times, which is 1 for whatever is right otherwise; `PATIENCE` is how long they wait, `LARGE` makes arrays of what is a list otherwise.
 */
export const SCORERS: Readonly<Record<CorpusLanguage, Readonly<Record<string, string>>>> = {
  javascript: {
    'score.mjs': `import { scoreCandidate } from 'avo/scoring'

const large = process.env.LARGE === '1'
const make = ({ size, top }, random) => {
  const values = Array.from({ length: large ? size * 1000 : size }, () => random.integer(0, top))
  return large ? Float64Array.from(values) : values
}

export function reference(_, values) {
  return values.slice().sort((a, b) => a - b)
}

await scoreCandidate({
  candidate: { module: 'solve.mjs', function: 'solve' },
  configurations: { bits: { size: 9, top: 1 }, numbers: { size: 40, top: 1e6 } },
  holdout: process.env.HOLDOUT === '1' ? { hidden: { size: 33, top: 77 } } : {},
  input: make,
  reference,
  ...(process.env.TIMED === '1' ? {} : { value: () => 1 }),
  samples: 2,
  budgetSeconds: 0,
  timeoutSeconds: Number(process.env.PATIENCE),
  startTimeoutSeconds: Number(process.env.PATIENCE),
})
`,
  },
  python: {
    'score.py': `import os
from array import array
from avo_scoring import score_candidate

large = os.environ["LARGE"] == "1"

def make(configuration, random):
    size, top = configuration
    values = [random.randint(0, top) for _ in range(size * 1000 if large else size)]
    return array("d", values) if large else values

def reference(configuration, values):
    return array("d", sorted(values)) if large else sorted(values)

score_candidate(
    module="solve.py",
    function="solve",
    configurations={"bits": (9, 1), "numbers": (40, 10**6)},
    holdout={"hidden": (33, 77)} if os.environ["HOLDOUT"] == "1" else {},
    input=make,
    reference=reference,
    value=None if os.environ["TIMED"] == "1" else lambda *given: 1,
    samples=2,
    budget_seconds=0,
    timeout_seconds=float(os.environ["PATIENCE"]),
    start_timeout_seconds=float(os.environ["PATIENCE"]),
)
`,
  },
}

/** The command that runs one, where it lies. */
export const SCORER_COMMANDS: Readonly<Record<CorpusLanguage, readonly [string, ...string[]]>> = {
  javascript: [process.execPath, '--disable-warning=ExperimentalWarning', 'score.mjs'],
  python: ['python3', 'score.py'],
}
