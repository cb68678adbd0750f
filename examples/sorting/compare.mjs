// Times a sort.mjs against another one, independently of the scorer: each alone in a process of its own, by turns, on fresh
// inputs, every output checked.
//
//   node compare.mjs [CANDIDATE] [BASELINE]     by default the newest version in the workspace's git log, and the seed

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const TURNS = 3
const CALLS = 10
const SIZES = [1_000, 3_000]
const INPUTS = {
  random: (size) => Float64Array.from({ length: size }, () => Math.random() - 0.5),
  sawtooth: (size) => Float64Array.from({ length: size }, (_, i) => (i % 97) + Math.random()),
  'all but sorted': (size) => Float64Array.from({ length: size }, (_, i) => i + 8 * Math.random()),
  descending: (size) => Float64Array.from({ length: size }, (_, i) => -i - Math.random()),
}

const HERE = import.meta.dirname
const [first, second = join(HERE, 'seed/sort.mjs')] = process.argv.slice(2)
if (first === '--time') process.stdout.write(JSON.stringify(await timeAlone(second)))
else if (first !== undefined) compare(resolve(first), resolve(second))
else withNewestVersion((file) => compare(file, second))

/** The workspace itself may hold what the agent tried last. */
function withNewestVersion(use) {
  const directory = mkdtempSync(join(tmpdir(), 'avo-compare-'))
  try {
    const file = join(directory, 'sort.mjs')
    writeFileSync(file, execFileSync('git', ['-C', join(HERE, 'workspace'), 'show', 'HEAD:sort.mjs']))
    use(file)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function compare(candidate, baseline) {
  const turns = Array.from({ length: TURNS }, () => [timeInProcess(baseline), timeInProcess(candidate)])
  const rows = turns[0][0].map(({ input }, row) => {
    const [before, after] = [0, 1].map((side) => Math.min(...turns.map((turn) => turn[side][row].durationMs)))
    return { input, before, after, ratio: before / after }
  })
  print(['input', 'baseline ms', 'candidate ms', 'ratio'])
  for (const { input, before, after, ratio } of rows)
    print([input, before.toFixed(3), after.toFixed(3), ratio.toFixed(1)])
  const ratio = Math.exp(rows.reduce((sum, row) => sum + Math.log(row.ratio), 0) / rows.length)
  print(['geometric mean', '', '', ratio.toFixed(1)])
}

function timeInProcess(file) {
  return JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, '--time', file], { encoding: 'utf8' }),
  )
}

/** The median of the calls for each kind of input. */
async function timeAlone(file) {
  const { sort } = await import(pathToFileURL(file).href)
  return SIZES.flatMap((size) =>
    Object.entries(INPUTS).map(([name, makeInput]) => {
      const durations = Array.from({ length: CALLS }, () => timeCall(file, sort, makeInput(size)))
      return { input: `${name} ${size}`, durationMs: durations.sort((a, b) => a - b)[CALLS >> 1] }
    }),
  )
}

function timeCall(file, sort, input) {
  const startedAt = performance.now()
  const output = sort(input.slice())
  const durationMs = performance.now() - startedAt
  const expected = input.slice().sort()
  if (output.length !== input.length || expected.some((value, index) => value !== output[index]))
    throw new Error(`${file} sorts wrongly`)
  return durationMs
}

function print([name, ...numbers]) {
  process.stdout.write(`${name.padEnd(20)}${numbers.map((text) => text.padStart(14)).join('')}\n`)
}
