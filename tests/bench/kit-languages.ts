import { findPython } from '../python.ts'

/**
 * Candidates in one language, with a program that measures them: `MAIN kit|loop work|pass SIZE`. The loop rests before each
 * call, because a process of the kit's waits for its input: what a processor loses by that is not the kit's.
 */
export interface KitLanguage {
  readonly name: string
  readonly program: string
  readonly main: string
  readonly files: Readonly<Record<string, string>>
}

/**
 * The one for large arrays returns its input: to get 40 MB from the machine takes longer than the work, and what is in the
 * caches when it answers is written back to memory while the kit's clock runs and the loop's does not.
 */
export function javascript(): KitLanguage {
  return {
    name: 'javascript',
    program: process.execPath,
    main: 'main.mjs',
    files: {
      'candidate/work.mjs': `
export function call(values) {
  const sums = new Float64Array(values.length)
  for (let pass = 0; pass < 10000; pass++) for (let i = 0; i < sums.length; i++) sums[i] = sums[i] * 0.5 + values[i]
  return sums
}`,
      'candidate/pass.mjs': `
export function call(values) {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.sqrt(values[i])
  values[0] = sum
  return values
}`,
      'main.mjs': `
import { evaluateCandidate } from 'avo/scoring'
const [how, name, size] = process.argv.slice(2)
function input(size) {
  const values = new Float64Array(size)
  for (let i = 0; i < size; i++) values[i] = Math.random()
  return values
}
if (how === 'kit') {
  const task = {
    candidate: { module: name + '.mjs', function: 'call' },
    configurations: { [size]: Number(size) },
    input,
    check: (size, _, output) => output.length === size,
    score: 'seconds',
    channel: 'subtracted',
    budgetSeconds: 0.5,
  }
  console.log(JSON.stringify(await evaluateCandidate(task, { candidateDirectory: 'candidate' })))
} else {
  const { closeSync, openSync, readSync, writeFileSync, writeSync } = await import('node:fs')
  const { call } = await import('./candidate/' + name + '.mjs')
  // As the kit does it: an input of one length always comes to one place.
  const landing = new Float64Array(Number(size))
  const taken = openSync('taken', 'w')
  function callByFiles() {
    const given = openSync('given')
    for (let at = 0; at < landing.byteLength; ) at += readSync(given, landing, at, landing.byteLength - at, at)
    closeSync(given)
    const output = call(landing)
    for (let at = 0; at < output.byteLength; ) at += writeSync(taken, output, at, output.byteLength - at, at)
    return output
  }
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const seconds = []
  const until = performance.now() + 500
  while (seconds.length < 8 || performance.now() < until) {
    const values = input(Number(size))
    if (name === 'pass') writeFileSync('given', values)
    Atomics.wait(bell, 0, 0, 2)
    const startedAt = performance.now()
    const output = name === 'pass' ? callByFiles() : call(values)
    seconds.push((performance.now() - startedAt) / 1000)
    if (output.length !== values.length) throw new Error()
  }
  const used = seconds.slice(3).sort((a, b) => a - b)
  console.log(used[used.length >> 1])
}`,
    },
  }
}

/**
 * Without numpy: large arrays would be copied by the candidate's own language. The work is one that makes no objects: they lie
 * somewhere else in each process, which makes a tenth more or less.
 */
export function python(): KitLanguage {
  return {
    name: 'python',
    program: 'python3',
    main: 'main.py',
    files: {
      'candidate/work.py': `
from hashlib import sha256
def call(values):
    for _ in range(2100): sha256(values).digest()
    return values`,
      'main.py': mainOf('array', `array("d", (random.random() for _ in range(size)))`),
    },
  }
}

/** With numpy, where there is a Python that has it. */
export function numpy(): readonly KitLanguage[] {
  const program = findPython('numpy')
  if (program === undefined) return []
  return [
    {
      name: 'numpy',
      program,
      main: 'main.py',
      files: {
        'candidate/work.py': `
import numpy
def call(values):
    sums = numpy.zeros_like(values)
    for _ in range(10000):
        sums *= 0.5
        sums += values
    return sums`,
        'candidate/pass.py': 'import numpy\ndef call(values): return numpy.sqrt(values)',
        'main.py': mainOf('numpy', 'numpy.random.default_rng(random.getrandbits(64)).random(size)'),
      },
    },
  ]
}

function mainOf(module: string, input: string): string {
  return `
import importlib, json, mmap, os, random, statistics, sys, time
${module === 'numpy' ? 'import numpy' : 'from array import array'}
from avo_scoring import ScoringTask, evaluate_candidate
how, name, size = sys.argv[1:]
def make_input(size, random):
    return ${input}
if how == "kit":
    task = ScoringTask(
        module=name + ".py",
        function="call",
        configurations={size: int(size)},
        input=make_input,
        check=lambda size, values, output: len(output) == size,
        score="seconds",
        channel="subtracted",
        budget_seconds=0.5,
    )
    print(json.dumps(evaluate_candidate(task, "candidate")))
else:
    sys.path.insert(0, "candidate")
    call = importlib.import_module(name).call
    taken = open("taken", "w+b")
    def call_by_files():
        with open("given", "r+b") as given:
            mapping = mmap.mmap(given.fileno(), 0)
        mapping.madvise(23)  # MADV_POPULATE_WRITE
        output = call(numpy.frombuffer(mapping))
        landing[:] = memoryview(output).cast("B")
        return output
    if name == "pass":
        taken.truncate(int(size) * 8)
        landing = mmap.mmap(taken.fileno(), int(size) * 8)
    seconds = []
    until = time.monotonic() + 0.5
    while len(seconds) < 8 or time.monotonic() < until:
        values = make_input(int(size), random)
        if name == "pass":
            # A new file for each input, as the kit has it.
            values.tofile("next")
            os.replace("next", "given")
        time.sleep(0.002)
        started_at = time.perf_counter()
        output = call_by_files() if name == "pass" else call(values)
        seconds.append(time.perf_counter() - started_at)
        assert len(output) == len(values)
    print(statistics.median(seconds[3:]))
`
}
