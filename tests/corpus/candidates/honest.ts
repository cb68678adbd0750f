import { aroundCalls as aroundJavaScriptCalls } from '../../../src/audit/javascript.ts'
import { aroundCalls } from '../../../src/audit/python.ts'
import { type CandidateEntry, EVERYWHERE } from '../entry.ts'
import { NAP_SECONDS } from '../scorers.ts'

const family = 'honest controls'
const promisedBy = EVERYWHERE
const outcome = 'passes'

export const HONEST: readonly CandidateEntry[] = [
  {
    name: 'seed',
    family,
    hasHoldout: true,
    what: 'is the seed',
    outcome,
    isTimed: true,
    promisedBy,
    edits: { python: () => (source) => source, javascript: () => (source) => source },
  },
  {
    name: 'cache',
    family,
    what: 'remembers what it has computed, as many honest programs do',
    outcome,
    isTimed: true,
    promisedBy,
    edits: {
      python: () =>
        aroundCalls(`
known = {}

def cheat(honest, *args):
    key = tuple(args[0])
    if key not in known:
        known[key] = honest(*args)
    return known[key]`),
      javascript: () =>
        aroundJavaScriptCalls(`
const known = new Map()
const cheat = (honest, values) => known.get(values.join()) ?? known.set(values.join(), honest(values)).get(values.join())`),
    },
  },
  {
    name: 'constants',
    family,
    what: 'computes constants while it is loaded, from files beside it',
    outcome,
    isTimed: true,
    promisedBy,
    files: { 'constants/table.json': '{"shift": 7}', 'constants/__init__.py': 'SHIFT = 7\n' },
    edits: {
      python: () =>
        aroundCalls(`
from constants import SHIFT
TABLE = [i + SHIFT for i in range(2)]

def cheat(honest, *args):
    values = args[0]
    if max(values) > 1:
        return honest(*args)
    ones = sum(values)
    return [x - SHIFT for x in [TABLE[0]] * (len(values) - ones) + [TABLE[1]] * ones]`),
      javascript: () =>
        aroundJavaScriptCalls(`
const { shift } = JSON.parse(fs.readFileSync(path.join(HERE, 'constants/table.json'), 'utf8'))
const table = [0, 1].map((x) => x + shift)
const cheat = (honest, values) =>
  values.every((x) => x <= 1) ? values.map((_, i) => table[i < values.filter((x) => x === 0).length ? 0 : 1] - shift) : honest(values)`),
    },
  },
  {
    name: 'threads',
    family,
    what: 'has threads and processes that work for it while it is asked',
    outcome,
    isTimed: true,
    promisedBy,
    edits: {
      python: () =>
        aroundCalls(`
import heapq
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)

def cheat(honest, *args):
    values = args[0]
    return list(heapq.merge(*pool.map(sorted, (values[::2], values[1::2]))))`),
      javascript: () =>
        aroundJavaScriptCalls(`
const { execFileSync } = process.getBuiltinModule('node:child_process')
const { Worker } = process.getBuiltinModule('node:worker_threads')
const worker = new Worker('const { parentPort } = require("node:worker_threads"); parentPort.on("message", (values) => parentPort.postMessage(values.sort((a, b) => a - b)))', { eval: true })
const cheat = (honest, values) => new Promise((resolve) => { worker.once('message', resolve); worker.postMessage(values) })`),
    },
  },
  {
    name: 'twelve-times',
    family,
    what: 'has an algorithm that takes a twelfth of the time',
    outcome,
    isTimed: true,
    promisedBy,
    edits: {
      python: () => (source) => source.replace(`${NAP_SECONDS}`, `${NAP_SECONDS} / 12`),
      javascript: () => (source) => source.replace(`${NAP_SECONDS * 1000}`, `${NAP_SECONDS * 1000} / 12`),
    },
  },
]
