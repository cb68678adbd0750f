import { renderDuration } from '../../src/text.ts'
import { benchAblation } from './ablation.ts'
import { benchExamples } from './examples.ts'
import type { Figure, Report } from './figure.ts'
import { benchGate } from './gate.ts'
import { benchIsolation } from './isolation.ts'
import { benchKit } from './kit.ts'
import { benchKnowledge } from './knowledge.ts'
import { benchLoop } from './loop.ts'
import { printReport } from './report.ts'
import { benchWeek } from './week.ts'

export type { Figure } from './figure.ts'

// npm runs this with the flag that the first line of src/cli/main.ts has, so that memory is what a run takes.
const BENCHMARKS: Readonly<Record<string, (report: Report) => Promise<void>>> = {
  ablation: benchAblation,
  examples: atTheEnd(benchExamples),
  gate: benchGate,
  isolation: atTheEnd(benchIsolation, benchKit),
  knowledge: benchKnowledge,
  loop: atTheEnd(benchLoop),
  week: atTheEnd(benchWeek),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHMARKS, name))
if (unknown.length > 0) {
  process.stderr.write(
    `there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  )
  process.exit(2)
}
const report = printReport()
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const startedAt = performance.now()
  await bench(report)
  process.stdout.write(`${name}: ${renderDuration(performance.now() - startedAt)}\n\n`)
}
if (report.hasMissed()) process.exitCode = 1

/** Benchmarks that know all their figures at once. */
function atTheEnd(
  ...benches: readonly (() => Promise<readonly Figure[]>)[]
): (report: Report) => Promise<void> {
  return async (report) => {
    for (const bench of benches) {
      report.progress(bench.name, 0, 1)
      for (const figure of await bench()) report.figure(figure)
    }
  }
}
