import { renderDuration } from '../../src/text.ts'
import type { Figure, Report } from './figure.ts'
import { printReport } from './report.ts'

export type { Figure } from './figure.ts'

type Bench = (report: Report) => Promise<void>

// npm runs this with the flag that the first line of src/cli/main.ts has, so that memory is what a run takes; for the same reason no
// benchmark loads what the others need.
const BENCHMARKS: Readonly<Record<string, () => Promise<Bench>>> = {
  ablation: async () => (await import('./ablation.ts')).benchAblation,
  examples: async () => atTheEnd((await import('./examples.ts')).benchExamples),
  explorer: async () => atTheEnd((await import('./explorer.ts')).benchExplorer),
  gate: async () => (await import('./gate.ts')).benchGate,
  isolation: async () =>
    atTheEnd((await import('./isolation.ts')).benchIsolation, (await import('./kit.ts')).benchKit),
  knowledge: async () => (await import('./knowledge.ts')).benchKnowledge,
  loop: async () => atTheEnd((await import('./loop.ts')).benchLoop),
  week: async () => atTheEnd((await import('./week.ts')).benchWeek),
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
for (const [name, load] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const startedAt = performance.now()
  const bench = await load()
  await bench(report)
  process.stdout.write(`${name}: ${renderDuration(performance.now() - startedAt)}\n\n`)
}
if (report.hasMissed()) process.exitCode = 1

/** Benchmarks that know all their figures at once. */
function atTheEnd(...benches: readonly (() => Promise<readonly Figure[]>)[]): Bench {
  return async (report) => {
    for (const bench of benches) {
      report.progress(bench.name, 0, 1)
      for (const figure of await bench()) report.figure(figure)
    }
  }
}
