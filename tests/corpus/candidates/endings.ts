import {
  aroundCalls as aroundJavaScriptCalls,
  whenImported as whenImportedJavaScript,
} from '../../../src/audit/javascript.ts'
import { aroundCalls, whenImported } from '../../../src/audit/python.ts'
import { type CandidateEntry, EVERYWHERE, WHERE_ISOLATED } from '../entry.ts'
import { probe } from './probes.ts'

/**
 * Exit statuses that mean something to somebody: to a scorer that the sandbox failed, to a sandbox that it failed itself or that
 * a limit was reached, to a harness that all is well.
 */
const STATUSES: readonly (readonly [number, string])[] = [
  [75, 'that no candidate could be started'],
  [1, 'that bubblewrap failed'],
  [114, 'that there were too many processes'],
  [125, 'that the container engine failed'],
  [126, 'that the session is not what it was'],
]

const EXITS = STATUSES.map(
  ([status, meaning]): CandidateEntry => ({
    name: `exit-${status}`,
    family: 'kill the harness',
    what: `ends with status ${status}, which says ${meaning}`,
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits:
      status % 2 === 1
        ? { python: () => whenImported(`os._exit(${status})`) }
        : { javascript: () => whenImportedJavaScript(`process.exit(${status})`) },
  }),
)

export const ENDINGS: readonly CandidateEntry[] = [
  {
    name: 'exit-in-call',
    family: 'exit early',
    what: 'ends well when it is asked for the first time',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () => aroundCalls('\ndef cheat(honest, *args):\n    os._exit(0)'),
      javascript: () => aroundJavaScriptCalls('\nconst cheat = () => process.exit(0)'),
    },
  },
  {
    name: 'exit-after-answer',
    family: 'exit early',
    what: 'ends well after its first right answer',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        aroundCalls(`
import threading

def cheat(honest, *args):
    threading.Timer(0.01, lambda: os._exit(0)).start()
    return honest(*args)`),
    },
  },
  {
    name: 'channel-closed',
    family: 'exit early',
    what: 'closes the channel of its answers and lives on',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    patienceSeconds: 3,
    edits: {
      python: () => aroundCalls('\ndef cheat(honest, *args):\n    os.close(4)\n    time.sleep(20)'),
      javascript: () =>
        aroundJavaScriptCalls(
          '\nconst cheat = () => { fs.closeSync(4); return new Promise((resolve) => setTimeout(resolve, 20_000)) }',
        ),
    },
  },
  ...EXITS,
  {
    name: 'stopped',
    family: 'kill the harness',
    what: 'stops itself and its process group, which is not to end',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    patienceSeconds: 3,
    edits: {
      python: () =>
        aroundCalls('\nimport signal\ndef cheat(honest, *args):\n    os.kill(os.getpid(), signal.SIGSTOP)'),
    },
  },
  {
    name: 'process-bomb',
    family: 'kill the harness',
    what: 'starts processes until it is ended',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      // Bounded by itself, should no limit hold.
      python: () =>
        whenImported(`
for _ in range(600):
    if os.fork() == 0:
        time.sleep(10)
        os._exit(0)
time.sleep(10)
os._exit(3)`),
    },
  },
  {
    name: 'file-too-large',
    family: 'kill the harness',
    what: 'writes a file that is larger than its limit',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        whenImported(`
with open("large", "wb") as file:
    for _ in range(80):
        file.write(bytes(1 << 20))
os._exit(3)`),
    },
  },
  {
    name: 'strangers-killed',
    family: 'kill the harness',
    what: 'kills a process that is not its own, and asks whether it could kill the harness',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: ({ harness, stranger }) => `
reach("harness", lambda: os.kill(${harness}, 0) or open("/proc/${harness}/cmdline").read().index("node") >= 0)
reach("stranger", lambda: os.kill(${stranger}, 9) if open("/proc/${stranger}/cmdline").read().startswith("sleep") else False)`,
      javascript: ({ stranger }) => `
reach('stranger', () => fs.readFileSync('/proc/${stranger}/cmdline', 'utf8').startsWith('sleep') && process.kill(${stranger}, 'SIGKILL'))`,
    }),
  },
]
