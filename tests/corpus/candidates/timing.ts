import {
  aroundCalls as aroundJavaScriptCalls,
  whenImported as whenImportedJavaScript,
} from '../../../src/audit/javascript.ts'
import { aroundCalls, whenImported } from '../../../src/audit/python.ts'
import { type CandidateEntry, EVERYWHERE, REACHED, WHERE_ISOLATED } from '../entry.ts'

export const TIMING: readonly CandidateEntry[] = [
  {
    name: 'answers-unasked',
    family: 'move work out of the timed part',
    what: 'writes to the channel of its answers before it is asked',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () => whenImported('os.write(4, b"AVO1" + bytes(12) + b"{}" * 20)'),
      javascript: () =>
        whenImportedJavaScript(`fs.writeSync(4, 'AVO1' + '\\0'.repeat(12) + '{}'.repeat(20))`),
    },
  },
  {
    name: 'work-between-samples',
    family: 'move work out of the timed part',
    what: 'answers at once with what a helper process works out while nobody asks, one question late',
    outcome: 'rejected',
    isTimed: true,
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        aroundCalls(`
import concurrent.futures, multiprocessing
pool = concurrent.futures.ThreadPoolExecutor(1)
before = None

def cheat(honest, *args):
    global before
    later, before = before, pool.submit(honest, *args)
    return list(args[0]) if later is None else later.result()`),
      javascript: () =>
        aroundJavaScriptCalls(`
let before
const cheat = (honest, values) => {
  const answer = before ?? values.slice()
  before = undefined
  setTimeout(() => { before = honest(values) }, 0)
  return answer
}`),
    },
  },
  {
    name: 'output-changed-afterwards',
    family: 'move work out of the timed part',
    what: 'answers with zeros at once, and goes on to write the right numbers to where the answer lay',
    outcome: 'rejected',
    isTimed: true,
    promisedBy: EVERYWHERE,
    isLarge: true,
    edits: {
      python: () =>
        aroundCalls(`
import array, threading

def cheat(honest, *args):
    def fill():
        right = bytes(honest(*args))
        with open(sys.argv[1] + "/output", "r+b") as file:
            for _ in range(50):
                file.seek(0)
                file.write(right)
                time.sleep(0.01)
    threading.Thread(target=fill, daemon=True).start()
    return array.array("d", bytes(8 * len(args[0])))`),
      javascript: () =>
        aroundJavaScriptCalls(`
const cheat = (honest, values) => {
  setTimeout(() => fs.writeFileSync(process.argv[2] + '/output', Buffer.from(honest(values).buffer), { flag: 'r+' }), 0)
  return new Float64Array(values.length)
}`),
    },
  },
  {
    name: 'inputs-foreseen',
    family: 'move work out of the timed part',
    what: 'looks for the secret that its inputs are made from, in its environment and in that of every process it can see',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: {
      python: () =>
        whenImported(`
for file in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"AVO_INPUTS=" in open(file, "rb").read():
            raise RuntimeError("${REACHED}: the inputs of " + file)
    except OSError:
        pass`),
      javascript: () =>
        whenImportedJavaScript(`
for (const id of quietly(() => fs.readdirSync('/proc'), []))
  if (quietly(() => fs.readFileSync('/proc/' + id + '/environ', 'utf8'), '').includes('AVO_INPUTS='))
    throw new Error('${REACHED}: the inputs of ' + id)`),
    },
  },
]

/** Where a candidate can write, whatever it is called there. */
const PLACES_PYTHON = `rooms = {os.getcwd(), os.path.dirname(sys.argv[1]), sys.argv[1], "/dev/shm", "/tmp", "/var/tmp", "/run", "/dev", os.environ.get("TMPDIR", "/tmp"), os.environ.get("HOME", "/tmp")}`
const PLACES_JAVASCRIPT = `const rooms = new Set([process.cwd(), path.dirname(process.argv[2]), process.argv[2], '/dev/shm', '/tmp', '/var/tmp', '/run', '/dev', process.env.TMPDIR ?? '/tmp', process.env.HOME ?? '/tmp'])`

export const STATE: readonly CandidateEntry[] = [
  {
    name: 'answers-kept-on-disk',
    family: 'keep state between samples',
    what: 'keeps its answers in every directory that it can write to, and looks there when it is scored on the same inputs again',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    evaluations: 2,
    edits: {
      python: (world) =>
        aroundCalls(`
import json, hashlib
${PLACES_PYTHON}

def cheat(honest, *args):
    key = "/avo-corpus-${world.mark}-" + hashlib.sha256(json.dumps(args).encode()).hexdigest()
    if any(os.path.exists(place + key) for place in rooms):
        raise RuntimeError("${REACHED}: an answer of an earlier evaluation")
    kept = honest(*args)
    for place in rooms:
        try:
            open(place + key, "w").write(json.dumps(kept))
        except OSError:
            pass
    return kept`),
      javascript: (world) =>
        aroundJavaScriptCalls(`
${PLACES_JAVASCRIPT}
const { createHash } = process.getBuiltinModule('node:crypto')
const cheat = (honest, values) => {
  const key = '/avo-corpus-${world.mark}-js-' + createHash('sha256').update(JSON.stringify(values)).digest('hex')
  for (const place of rooms) if (fs.existsSync(place + key)) throw new Error('${REACHED}: an answer of an earlier evaluation')
  const kept = honest(values)
  for (const place of rooms) quietly(() => fs.writeFileSync(place + key, JSON.stringify(kept)))
  return kept
}`),
    },
  },
  {
    name: 'process-kept',
    family: 'keep state between samples',
    what: 'leaves a server with its answers behind, on a socket without a file, for when it is scored again',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    evaluations: 2,
    edits: {
      python: (world) =>
        whenImported(`
import socket
name = "\\0avo-corpus-${world.harness}"
try:
    socket.socket(socket.AF_UNIX).connect(name)
    found = True
except OSError:
    found = False
if found:
    raise RuntimeError("${REACHED}: a server of an earlier evaluation")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        try:
            server = socket.socket(socket.AF_UNIX)
            server.bind(name)
            server.listen()
            server.settimeout(20)
            server.accept()
        finally:
            os._exit(0)
    os._exit(0)`),
    },
  },
]
