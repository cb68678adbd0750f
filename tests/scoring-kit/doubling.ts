/** A task that has the same form in both languages: double the numbers of an array. */
export const DOUBLING = {
  javascript: (size: number, options = '') => `
import { scoreCandidate } from 'avo/scoring'

await scoreCandidate({
  candidate: { module: 'double.mjs', function: 'double' },
  configurations: { some: ${size}, more: ${size} + 1 },
  input: (size, random) => Float64Array.from({ length: size }, random),
  reference: (_, values) => values.map((value) => 2 * value),
  samples: 2,
  budgetSeconds: 0,
  timeoutSeconds: 2,
  ${options}
})`,
  python: (size: number, options = '') => `
from array import array
from avo_scoring import score_candidate

score_candidate(
    module="double.py",
    function="double",
    configurations={"some": ${size}, "more": ${size} + 1},
    input=lambda size, random: array("d", (random.random() for _ in range(size))),
    reference=lambda size, values: array("d", (2 * value for value in values)),
    samples=2,
    budget_seconds=0,
    timeout_seconds=2,
    ${options}
)`,
}

/** An array of so many numbers travels through the pipe, and one of so many through a file. */
export const SMALL = 8
export const LARGE = 140_000
