import { describe, expect, test } from 'vitest'
import { requireProgram } from '../requires.ts'
import { runScorer } from './run-scorer.ts'

/** Adds `by` to every number, counts the calls, and says where the first number lies. */
const SHIFT = `#include <stdint.h>
static int64_t calls;
void shift(const double *in, double *out, int32_t *count, int64_t n, int64_t by) {
  calls++;
  for (int64_t i = 0; i < n; i++) out[i] += in[i] + by;
  count[0] = n;
}
`
const BUILD = ['gcc', '-O2', '-shared', '-fPIC', '-o', 'lib.so', 'shift.c']
const SCORERS = {
  javascript: (n: number, argument = '3') => `import { scoreCandidate } from 'avo/scoring'
await scoreCandidate({
  candidate: { build: ${JSON.stringify(BUILD)}, library: 'lib.so', function: 'shift' },
  needs: ['gcc'],
  configurations: { a: ${n} },
  input: (n, random) => [Float64Array.from({ length: n }, random), { output: 'float64', length: n }, { output: 'int32', length: 1 }, n, ${argument}],
  reference: (n, [values]) => [values.map((value) => value + 3), Int32Array.of(n)],
  channel: 'subtracted',
})`,
  python: (n: number, argument = '3') => `from array import array
from avo_scoring import score_candidate
score_candidate(
  build=${JSON.stringify(BUILD)}, library="lib.so", function="shift", needs=["gcc"], configurations={"a": ${n}},
  input=lambda n, r: [array("d", (r.random() for _ in range(n))), {"output": "float64", "length": n}, {"output": "int32", "length": 1}, n, ${argument}],
  reference=lambda n, given: [array("d", (value + 3 for value in given[0])), array("i", [n])],
  channel="subtracted",
)`,
}

describe.each(['javascript', 'python'] as const)('a library that a scorer in %s has called', (language) => {
  requireProgram('gcc', 'apt-get install gcc')
  const score = async (files: Readonly<Record<string, string>>, scorer = SCORERS[language](100)) =>
    (await runScorer(scorer, files)).result

  test.each([1, 100_000])(
    'gets pointers and whole numbers, and what it writes is the output (%i numbers)',
    async (n) => {
      expect(await score({ 'shift.c': SHIFT }, SCORERS[language](n))).toMatchObject({ correct: true })
    },
  )

  test('is wrong where it writes something else', async () => {
    expect((await score({ 'shift.c': SHIFT.replace('+ by', '- by') }))?.feedback).toMatch(
      /^a: wrong output: at \[0\]/,
    )
  })

  test.each([
    ['a crash', SHIFT.replace('calls++', '*(volatile int *)0 = 1'), /its process was ended by SIGSEGV/],
    [
      'another name',
      SHIFT.replace('void shift', 'void shaft'),
      /lib\.so has no function shift that can be called/,
    ],
    ['no C', '}', /^it can't be built: gcc [\s\S]*shift\.c:1:1: error: expected identifier/],
  ])('is incorrect after %s', async (_, source, feedback) => {
    expect((await score({ 'shift.c': source }))?.feedback).toMatch(feedback)
  })

  test('takes no texts', async () => {
    const run = await score({ 'shift.c': SHIFT }, SCORERS[language](1, '"three"'))
    expect(run?.feedback).toMatch(/a library takes whole numbers, arrays and outputs/)
  })
})
