import type { Attack } from '../attack.ts'
import { whenLoaded, withDefinitions } from '../c.ts'
import { whenImported as whenImportedJavaScript } from '../javascript.ts'
import { whenImported } from '../python.ts'

const family = 'tamper with the judge'
const HOLD_THE_RESULT =
  'Start the candidate as a process of its own, in a sandbox that shows it neither AVO_RESULT nor the directory of the result nor the scorer’s processes.'

/** Attacks on the result on its way from the scorer to the harness. */
export const RESULT_ATTACKS: readonly Attack[] = [
  {
    name: 'result-on-stdout',
    family,
    does: 'prints a line that looks like a result when it is loaded, and ends the process with status 0',
    advice: 'Write the result to AVO_RESULT. What a candidate prints must be nothing but output.',
    proof: 'correct',
    edits: {
      python: whenImported(`
os.write(1, ("\\n" + FORGED + "\\n").encode())
os._exit(0)`),
      javascript: whenImportedJavaScript(`
fs.writeSync(1, '\\n' + FORGED + '\\n')
process.exit(0)`),
      c: whenLoaded(`
  const char line[] = "\\n" AVO_FORGED "\\n";
  if (write(1, line, sizeof line - 1) > 0) _exit(0);`),
    },
  },
  {
    name: 'result-on-every-channel',
    family,
    does: 'writes a result into every pipe and socket from 3 to 20 that it inherited, and ends the process',
    advice:
      'Give the candidate no descriptor but the channel of its answers, and take nothing from there as a score.',
    proof: 'correct',
    edits: {
      python: whenImported(`
import stat
for channel in range(3, 21):
    try:
        mode = os.fstat(channel).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            os.set_blocking(channel, False)
            os.write(channel, FORGED.encode() + b"\\n")
    except OSError:
        pass
os._exit(0)`),
      javascript: whenImportedJavaScript(`
for (let channel = 3; channel <= 20; channel++)
  quietly(() => {
    const found = fs.fstatSync(channel)
    if (found.isFIFO() || found.isSocket()) fs.writeSync(channel, FORGED + '\\n')
  })
process.exit(0)`),
      c: whenLoaded(`
  struct stat found;
  for (int channel = 3; channel <= 20; channel++) {
    if (fstat(channel, &found) != 0 || !(S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode))) continue;
    fcntl(channel, F_SETFL, O_NONBLOCK);
    if (write(channel, AVO_FORGED "\\n", sizeof AVO_FORGED) < 0) continue;
  }
  _exit(0);`),
    },
  },
  {
    name: 'result-at-exit',
    family,
    does: 'looks for the result’s path in its environment, in that of other processes and in the scratch directories, and writes there when its process ends',
    advice: HOLD_THE_RESULT,
    proof: 'better',
    edits: {
      python: whenImported(`
import atexit
for path in results():
    atexit.register(overwrite, path)`),
      javascript: whenImportedJavaScript(`
const paths = results()
process.on('exit', () => paths.forEach(overwrite))`),
      c: withDefinitions(`__attribute__((destructor)) static void avo_at_exit(void) {
  avo_overwrite_results();
}
`),
    },
  },
  {
    name: 'daemon',
    family: 'leave processes behind',
    does: 'leaves a process behind, in a session of its own, that writes the result again and again until it is ended',
    advice: `${HOLD_THE_RESULT} End everything that it started before the result is written.`,
    proof: 'better',
    edits: {
      python: whenImported(`
paths, until = results(), time.monotonic() + LIFETIME
if paths and os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        while os.path.exists(LEASE) and time.monotonic() < until:
            for path in paths:
                overwrite(path)
            time.sleep(0.001)
    os._exit(0)`),
      javascript: whenImportedJavaScript(`
const { spawn } = process.getBuiltinModule('node:child_process')
const daemon = \`const fs = require('fs'), [forged, lease, lifetime, ...paths] = process.argv.slice(1)
for (const until = Date.now() + lifetime * 1000; fs.existsSync(lease) && Date.now() < until; ) {
  for (const path of paths)
    try { fs.writeFileSync(path + '.new', forged); fs.renameSync(path + '.new', path) } catch {}
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
}\`
const paths = results()
if (paths.length > 0) {
  spawn(process.execPath, ['-e', daemon, FORGED, LEASE, LIFETIME, ...paths], { detached: true, stdio: 'ignore', env: {} }).unref()
  // A quick scorer would be done before the daemon has begun.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
}`),
      c: whenLoaded(`
  if (avo_overwrite_results() == 0 || fork() != 0) return;
  setsid();
  if (fork() != 0) _exit(0);
  for (int channel = 0; channel < 256; channel++) close(channel);
  for (time_t until = time(NULL) + AVO_LIFETIME; access(AVO_LEASE, F_OK) == 0 && time(NULL) < until; usleep(1000)) avo_overwrite_results();
  _exit(0);`),
    },
  },
  {
    name: 'serialiser',
    family,
    does: 'replaces what turns the scorer’s result into JSON, and what writes it',
    advice:
      'Never import a candidate into the scorer’s process: whatever the scorer calls there can be replaced.',
    proof: 'better',
    edits: {
      python: whenImported(`
import json
json.dumps = lambda document, **how: FORGED
json.dump = lambda document, file, **how: file.write(FORGED)`),
      javascript: whenImportedJavaScript(`
const { writeFileSync } = fs
fs.writeFileSync = (path, text, ...how) => writeFileSync(path, String(text).includes('"correct"') ? FORGED : text, ...how)
// What was imported by name changes as well.
process.getBuiltinModule('node:module').syncBuiltinESMExports()
JSON.stringify = () => FORGED`),
    },
  },
]
