import { whenImported as whenImportedJavaScript } from '../../../src/audit/javascript.ts'
import { whenImported } from '../../../src/audit/python.ts'
import { type CandidateEntry, EVERYWHERE, WHERE_ISOLATED } from '../entry.ts'
import { probe } from './probes.ts'

/** An attack that nobody ends ends by itself after this many seconds. */
const LIFETIME = 20

/** Burns a core for a while, whatever becomes of its parent; its name is what the test looks for. */
const BURN = `until = time.monotonic() + ${LIFETIME}
while time.monotonic() < until: pass`

export const PROCESSES: readonly CandidateEntry[] = [
  {
    name: 'daemon-nameless',
    family: 'leave processes behind',
    what: 'leaves a process behind that has no parent, no session, no environment and hears no signal',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: {
      python: ({ mark }) =>
        whenImported(`
import signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        os.closerange(0, 256)
        os.execve("/bin/sh", ["sh", "-c", "sleep ${LIFETIME}; : ${mark}"], {})
    os._exit(0)`),
      javascript: ({ mark }) =>
        whenImportedJavaScript(`
const { spawn } = process.getBuiltinModule('node:child_process')
const left = '(trap "" TERM HUP INT; sleep ${LIFETIME}; : ${mark}) & exit'
spawn('/bin/sh', ['-c', left], { detached: true, stdio: 'ignore', env: {} }).unref()`),
    },
  },
  {
    name: 'keepers',
    family: 'leave processes behind',
    what: 'leaves two processes behind, each of which starts the other again when it ends',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        whenImported(`
def keep(until):
    while time.monotonic() < until:
        child = os.fork()
        if child == 0:
            while time.monotonic() < until and os.getppid() != 1:
                time.sleep(0.005)
        else:
            os.waitpid(child, 0)
if os.fork() == 0:
    os.setsid()
    keep(time.monotonic() + ${LIFETIME})
    os._exit(0)`),
    },
  },
  {
    name: 'cores-burned',
    family: 'slow the other arm',
    what: 'leaves busy loops behind in sessions of their own, for whoever is measured next',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        whenImported(`
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        ${BURN.replaceAll('\n', '\n        ')}
        os._exit(0)`),
      javascript: () =>
        whenImportedJavaScript(`
const { spawn } = process.getBuiltinModule('node:child_process')
for (let i = 0; i < 3; i++)
  spawn(process.execPath, ['-e', 'for (const until = Date.now() + ${LIFETIME}000; Date.now() < until; );'], { detached: true, stdio: 'ignore' }).unref()`),
    },
  },
  {
    name: 'memory-filled',
    family: 'slow the other arm',
    what: 'fills the directories that lie in memory, those that it shares with the scorer included, and leaves them full',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        whenImported(`
for place in os.path.dirname(sys.argv[1]), sys.argv[1], os.getcwd(), os.environ.get("TMPDIR", "."):
    if place == "/tmp" and os.path.isdir(SCRATCH):
        continue
    for number in range(8):
        try:
            open(f"{place}/filling-{number}", "wb").write(bytes(4 << 20))
        except OSError:
            break`),
      javascript: () =>
        whenImportedJavaScript(`
for (const place of [path.dirname(process.argv[2]), process.argv[2], process.cwd()])
  for (let number = 0; number < 8; number++) quietly(() => fs.writeFileSync(place + '/filling-' + number, Buffer.alloc(4 << 20)))`),
    },
  },
  {
    name: 'tidying-made-hard',
    family: 'slow the other arm',
    what: 'leaves directories a thousand deep, without permissions, with names that are no text, with pipes and sockets in them',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        whenImported(`
import socket
deep = os.open(".", os.O_RDONLY)
for _ in range(1000):
    os.mkdir("deeper", dir_fd=deep)
    deep, before = os.open("deeper", os.O_RDONLY, dir_fd=deep), deep
    os.close(before)
for place in os.getcwd(), os.path.dirname(sys.argv[1]):
    os.mkfifo(place + "/pipe")
    os.makedirs(place + "/closed/inside")
    open(os.fsencode(place) + b"/\\xff\\xfe\\n-rf", "w").close()
    os.chmod(place + "/closed/inside", 0)
    os.chmod(place + "/closed", 0)`),
    },
  },
  {
    name: 'priority-raised',
    family: 'slow the other arm',
    what: 'takes real-time priority, and lowers that of the others',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: ({ harness, stranger }) => `
reach("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
reach("priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
for id in ${harness}, ${stranger}:
    reach(f"priority of {id}", lambda: os.setpriority(os.PRIO_PROCESS, id, os.getpriority(os.PRIO_PROCESS, id)))
    reach(f"cores of {id}", lambda: os.sched_setaffinity(id, os.sched_getaffinity(id)))`,
      javascript: ({ harness, stranger }) => `
const os = process.getBuiltinModule('node:os')
reach('priority', () => os.setPriority(0, -5))
for (const id of [${harness}, ${stranger}]) reach('priority of ' + id, () => os.setPriority(id, os.getPriority(id)))`,
    }),
  },
]
