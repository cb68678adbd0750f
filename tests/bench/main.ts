import { renderColumns } from '../../src/text.ts'
import { benchGate } from './gate.ts'
import { benchIsolation } from './isolation.ts'
import { benchKit } from './kit.ts'
import { benchLoop } from './loop.ts'

/** One figure of a benchmark, beside what it should be. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly target: string
  readonly met: boolean
}

// npm runs this with the flag that the first line of src/cli/main.ts has, so that memory is what a run takes.
const BENCHMARKS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  gate: benchGate,
  isolation: benchIsolation,
  kit: benchKit,
  loop: benchLoop,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHMARKS, name))
if (unknown.length > 0) {
  process.stderr.write(
    `there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  )
  process.exit(2)
}
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const figures = await bench()
  const rows = figures.map(({ name, value, target, met }) => [name, value, target, met ? 'met' : 'MISSED'])
  process.stdout.write(`${renderColumns([[name, 'measured', 'target', ''], ...rows], [1, 2])}\n\n`)
}
