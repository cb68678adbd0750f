// Times a sort.mjs against the seed and the engine's own sort, independently of the scorer: all in this process, by turns, on
// the same fresh inputs, every output checked.
//
//   node compare.mjs [--json] [CANDIDATE]     by default the newest version in the workspace's git log, else found/sort.mjs

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const WARM_UPS = 10
const TURNS = 30
const SIZES = [1_000, 3_000]
const INPUTS = {
  random: (size) => Float64Array.from({ length: size }, () => Math.random() - 0.5),
  sawtooth: (size) => Float64Array.from({ length: size }, (_, i) => (i % 97) + Math.random()),
  'all but sorted': (size) => Float64Array.from({ length: size }, (_, i) => i + 8 * Math.random()),
  descending: (size) => Float64Array.from({ length: size }, (_, i) => -i - Math.random()),
}

const HERE = import.meta.dirname
const asJson = process.argv[2] === '--json'
const [named] = process.argv.slice(asJson ? 3 : 2)
const scratch = mkdtempSync(join(tmpdir(), 'avo-compare-'))
try {
  const sorts = {
    candidate: await load(named ?? findNewest()),
    engine: (values) => values.slice().sort(),
    seed: await load(join(HERE, 'seed/sort.mjs')),
  }
  const rows = SIZES.flatMap((size) =>
    Object.entries(INPUTS).map(([name, make]) => [`${name} ${size}`, timeByTurns(sorts, () => make(size))]),
  )
  const means = Object.fromEntries(Object.keys(sorts).map((name) => [name, geometricMean(rows, name)]))
  process.stdout.write(asJson ? `${JSON.stringify(means)}\n` : render([...rows, ['geometric mean', means]]))
} finally {
  rmSync(scratch, { recursive: true })
}

/** The workspace itself may hold what the agent tried last. */
function findNewest() {
  const workspace = join(HERE, 'workspace')
  if (!existsSync(join(workspace, '.git'))) return join(HERE, 'found/sort.mjs')
  const file = join(scratch, 'sort.mjs')
  writeFileSync(file, execFileSync('git', ['-C', workspace, 'show', 'HEAD:sort.mjs']))
  return file
}

async function load(file) {
  return (await import(pathToFileURL(file).href)).sort
}

/** The median seconds of a call, by name; who comes first is drawn by lot in each turn. */
function timeByTurns(sorts, makeInput) {
  const times = Object.fromEntries(Object.keys(sorts).map((name) => [name, []]))
  for (let turn = 0; turn < WARM_UPS + TURNS; turn++) {
    const input = makeInput()
    const expected = input.slice().sort()
    for (const name of Object.keys(sorts).sort(() => Math.random() - 0.5)) {
      const given = input.slice()
      const startedAt = performance.now()
      const output = sorts[name](given)
      const seconds = (performance.now() - startedAt) / 1000
      if (output.length !== expected.length || expected.some((value, index) => value !== output[index]))
        throw new Error(`${name} sorts wrongly`)
      if (turn >= WARM_UPS) times[name].push(seconds)
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, series]) => [name, series.sort((a, b) => a - b)[TURNS >> 1]]),
  )
}

function geometricMean(rows, name) {
  return Math.exp(rows.reduce((sum, [, seconds]) => sum + Math.log(seconds[name]), 0) / rows.length)
}

function render(rows) {
  const cells = rows.map(([input, { candidate, engine, seed }]) => [
    input,
    ...[candidate, engine, seed].map((seconds) => (seconds * 1000).toFixed(3)),
    ...[engine / candidate, seed / candidate].map((ratio) => ratio.toFixed(2)),
  ])
  const head = ['input', 'candidate ms', 'engine ms', 'seed ms', '× engine', '× seed']
  return [head, ...cells]
    .map(([name, ...numbers]) => `${name.padEnd(20)}${numbers.map((text) => text.padStart(14)).join('')}\n`)
    .join('')
}
