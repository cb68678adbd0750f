/** Tasks whose scorers are written as most evaluators are: they import the candidate, and time and check it beside themselves. */

export const PYTHON_TASK: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: sort
llm: { provider: builtin }
limits: { memory_gb: 1 }
seed: seed/solution.py
scoring_module: scorer/scorer.py
scoring_class: Scorer
`,
  'seed/solution.py': `from __future__ import annotations

def sort(values: list[float]) -> list[float]:
    result = list(values)
    for _ in result:
        for i in range(len(result) - 1):
            swap(result, i)
    return result

def swap(result, i):
    if result[i] > result[i + 1]:
        result[i], result[i + 1] = result[i + 1], result[i]
`,
  'scorer/scorer.py': `import random
from time import perf_counter

from avo.core.scoring import Score, ScoringFunction

def reference(values):
    return sorted(values)

def check_output(actual, expected):
    return not any(abs(a - e) > 1e-9 for a, e in zip(actual, expected))

class Scorer(ScoringFunction):
    def get_configurations(self):
        return ["300"]

    def evaluate(self, source_code, source_file="solution.py"):
        namespace = {}
        exec(source_code, namespace)
        values = [random.random() for _ in range(300)]
        expected = reference(values)
        if not check_output(namespace["sort"](values), expected):
            return Score(correctness_message="it does not sort")
        start = perf_counter()
        for _ in range(5):
            namespace["sort"](values)
        return Score(values={"300": 5 / (perf_counter() - start)}, passes_correctness=True)
`,
}

export const JAVASCRIPT_TASK: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: sort
llm: { provider: builtin }
seed: seed
solution_file: sort.ts
scoring_module: scorer/scorer.mjs
`,
  'seed/sort.ts': `export function sort(values: Float64Array): Float64Array {
  const sorted = values.slice()
  for (const _ of sorted)
    for (let i = 0; i < sorted.length - 1; i++)
      if (sorted[i] > sorted[i + 1]) sorted.set([sorted[i + 1], sorted[i]], i)
  return sorted
}
`,
  'scorer/scorer.mjs': `import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export async function evaluate(directory) {
  const { sort } = await import(pathToFileURL(join(directory, 'sort.ts')).href)
  const values = Float64Array.from({ length: 300 }, Math.random)
  const output = sort(values)
  const expected = reference(values)
  if (output.some((value, i) => Math.abs(value - expected[i]) > 1e-9)) return { correct: false }
  const startedAt = performance.now()
  for (let i = 0; i < 5; i++) sort(values)
  return { correct: true, scores: { 300: 5 / (performance.now() - startedAt) } }
}

function reference(values) {
  return values.slice().sort()
}
`,
}

export const C_TASK: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: sum
llm: { provider: builtin }
seed: seed
solution_file: sum.c
scorer: { command: [sh, score.sh] }
`,
  'seed/sum.c': `#include <stddef.h>
double sum(const double *values, size_t count) {
  double total = 0;
  for (size_t i = 0; i < count; i++) total += values[i];
  return total;
}
`,
  'scorer/main.c': `#include <stdio.h>
#include <time.h>
double sum(const double *values, size_t count);
static double values[1000000];
int main(void) {
  struct timespec start, end;
  for (int i = 0; i < 1000000; i++) values[i] = i;
  clock_gettime(CLOCK_MONOTONIC, &start);
  double total = 0;
  for (int i = 0; i < 10; i++) total += sum(values, 1000000);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9;
  printf("{\\"correct\\": %s, \\"scores\\": {\\"n\\": %g}}\\n", total == 4999995e6 ? "true" : "false", 10 / seconds);
}
`,
  'scorer/score.sh': `set -e
gcc -O1 -o "$TMPDIR/sum" "$AVO_CANDIDATE/sum.c" main.c
"$TMPDIR/sum" > "$AVO_RESULT"
`,
}

/** Looks at the candidate beside itself, and only then measures it in a process of its own. */
export const HOOKED_TASK: Readonly<Record<string, string>> = {
  ...JAVASCRIPT_TASK,
  'avo.yaml': `project_name: sort
llm: { provider: builtin }
seed: seed
solution_file: sort.ts
scorer: { command: [node, score.mjs] }
`,
  'scorer/score.mjs': `import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'

const { AVO_CANDIDATE, AVO_RESULT } = process.env
const { sort } = await import(AVO_CANDIDATE + '/sort.ts')
const correct = sort(Float64Array.of(2, 1))[0] === 1
const ms = Number(execFileSync('node', ['measure.mjs'], { encoding: 'utf8' }).trim().split('\\n').at(-1))
await writeFile(AVO_RESULT, '{"correct": ' + correct + ', "scores": {"n": ' + 1 / ms + '}}')
`,
  'scorer/measure.mjs': `const values = Float64Array.from({ length: 300 }, Math.random)
const startedAt = performance.now()
const module = await import(process.env.AVO_CANDIDATE + '/sort.ts?measured')
for (let i = 0; i < 5; i++) module.sort(values)
console.log(performance.now() - startedAt)
`,
}

/** A simulation whose first line that looks like a result is believed. */
export const VERILOG_TASK = {
  'avo.yaml': 'scorer: { command: [sh, score.sh], dir: scorer }\nseed: adder.v\n',
  'adder.v':
    'module adder(input clk, input [7:0] a, input [7:0] b, output [7:0] sum);\n  assign sum = a + b;\nendmodule\n',
  'scorer/score.sh': `iverilog -o "$TMPDIR/simulation" test.v "$AVO_CANDIDATE/adder.v" || exit 1
vvp "$TMPDIR/simulation" | grep '"correct"' | head -n 1 >"$AVO_RESULT"
`,
  'scorer/test.v': `module test;
  reg clk = 0;
  reg [7:0] a = 3, b = 4;
  wire [7:0] sum;
  adder adder(clk, a, b, sum);
  initial begin
    #1 clk = 1;
    #1 if (sum == 7) $display("{\\"correct\\": true, \\"scores\\": {\\"gates\\": 1}}");
    $finish;
  end
endmodule
`,
} as const
