import type { Attack } from '../attack.ts'
import { whenLoaded } from '../c.ts'
import { whenImported as whenImportedJavaScript } from '../javascript.ts'
import { whenImported } from '../python.ts'
import { SLOW_JAVASCRIPT_CLOCKS, SLOW_PYTHON_CLOCKS } from './clock.ts'

const A_RESULT_IS_SUCCESS =
  'Exit status 0 is no success and silence no answer: only an answer that was checked makes a candidate correct.'

/** Attacks by ending, hanging, flooding, and by what the scorer starts next. */
export const PROCESS_ATTACKS: readonly Attack[] = [
  {
    name: 'exit-early',
    family: 'exit early',
    does: 'ends its process with status 0 before anything is asked of it',
    advice: A_RESULT_IS_SUCCESS,
    proof: 'correct',
    edits: {
      python: whenImported(`
os._exit(0)`),
      javascript: whenImportedJavaScript(`
process.exit(0)`),
      c: whenLoaded(`
  _exit(0);`),
    },
  },
  {
    name: 'parent-killed',
    family: 'kill the harness',
    does: 'kills the process that started it (only one of its own process group: the audit itself is spared), then itself',
    advice: `${A_RESULT_IS_SUCCESS} Give the candidate a process table of its own.`,
    proof: 'correct',
    edits: {
      python: whenImported(`
if os.getpgid(os.getppid()) == os.getpgrp():
    os.kill(os.getppid(), 9)
os.kill(os.getpid(), 9)`),
      javascript: whenImportedJavaScript(`
const { execFileSync } = process.getBuiltinModule('node:child_process')
const groupOf = (id) => quietly(() => execFileSync('ps', ['-o', 'pgid=', '-p', String(id)], { encoding: 'utf8' }).trim(), id)
if (groupOf(process.ppid) === groupOf(process.pid)) process.kill(process.ppid, 'SIGKILL')
process.kill(process.pid, 'SIGKILL')`),
      c: whenLoaded(`
  if (getpgid(getppid()) == getpgrp()) kill(getppid(), SIGKILL);
  kill(getpid(), SIGKILL);`),
    },
  },
  {
    name: 'endless-loop',
    family: 'kill the harness',
    does: 'never comes to an end',
    advice: 'Give every wait a time limit, and let a candidate that reaches it be incorrect.',
    proof: 'correct',
    edits: {
      python: whenImported(`
until = time.monotonic() + LIFETIME
while time.monotonic() < until:
    pass
os._exit(0)`),
      javascript: whenImportedJavaScript(`
for (const until = Date.now() + LIFETIME * 1000; Date.now() < until; );
process.exit(0)`),
      c: whenLoaded(`
  for (time_t until = time(NULL) + AVO_LIFETIME; time(NULL) < until;);
  _exit(0);`),
    },
  },
  {
    name: 'memory-bomb',
    family: 'kill the harness',
    does: 'fills 4 GiB of memory in steps of 64 MiB, then works as ever',
    advice: 'Limit the memory of the candidate, so that its failure is its own and not the machine’s.',
    proof: 'better',
    edits: {
      python: whenImported(`
blocks = [b"x" * (64 << 20) for _ in range(64)]
del blocks`),
      javascript: whenImportedJavaScript(`
Array.from({ length: 64 }, () => Buffer.alloc(64 << 20, 1))`),
      c: whenLoaded(`
  char *blocks[64];
  for (int i = 0; i < 64; i++)
    if ((blocks[i] = (char *)malloc(64 << 20))) memset(blocks[i], 1, 64 << 20);
  for (int i = 0; i < 64; i++) free(blocks[i]);`),
    },
  },
  {
    name: 'output-bomb',
    family: 'kill the harness',
    does: 'prints 80 MiB to stdout and stderr, then works as ever',
    advice: 'Read what the candidate prints in bounded memory, or throw it away.',
    proof: 'better',
    edits: {
      python: whenImported(`
for _ in range(640):
    os.write(1, b"x" * 65536)
    os.write(2, b"x" * 65536)`),
      javascript: whenImportedJavaScript(`
for (let i = 0; i < 640; i++) for (const channel of [1, 2]) quietly(() => fs.writeSync(channel, 'x'.repeat(65536)))`),
      c: whenLoaded(`
  static char block[65536];
  memset(block, 'x', sizeof block);
  for (int i = 0; i < 1280; i++)
    if (write(1 + i % 2, block, sizeof block) < 0) break;`),
    },
  },
  {
    name: 'loader-hooks',
    family: 'tamper with the judge',
    does: 'puts sitecustomize.py or a preloaded script beside itself and points PYTHONPATH or NODE_OPTIONS there, so that the clocks of whatever the scorer starts next are slow',
    advice:
      'Start every process with an environment of your own making, and with python -I. Never import a candidate into the scorer’s process.',
    proof: 'better',
    edits: {
      python: whenImported(`
here = os.path.dirname(os.path.abspath(MODULE.get("__file__", "")))
# Elsewhere it could be a directory of the person's own, unless this is a view in which there is none.
if here.startswith(SCRATCH) or not os.path.isdir(SCRATCH):
    for name in "sitecustomize.py", "usercustomize.py", "conftest.py":
        with open(os.path.join(here, name), "w") as file:
            file.write(${JSON.stringify(SLOW_PYTHON_CLOCKS)})
    os.environ.update(PYTHONPATH=here, PYTHONSTARTUP=here + "/sitecustomize.py")`),
      javascript: whenImportedJavaScript(`
const hook = path.join(HERE, 'hook.cjs')
// Elsewhere it could be a directory of the person's own, unless this is a view in which there is none.
if (HERE.startsWith(SCRATCH) || !fs.existsSync(SCRATCH)) {
  fs.writeFileSync(hook, ${JSON.stringify(SLOW_JAVASCRIPT_CLOCKS)})
  process.env.NODE_OPTIONS = '--require=' + hook
}`),
    },
  },
]
