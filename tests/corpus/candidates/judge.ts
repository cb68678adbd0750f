import { SLOW_JAVASCRIPT_CLOCKS, SLOW_PYTHON_CLOCKS } from '../../../src/audit/attacks/clock.ts'
import {
  aroundCalls as aroundJavaScriptCalls,
  whenImported as whenImportedJavaScript,
} from '../../../src/audit/javascript.ts'
import { aroundCalls, whenImported } from '../../../src/audit/python.ts'
import { type CandidateEntry, EVERYWHERE, WHERE_ISOLATED } from '../entry.ts'
import { list, probe, secretFiles } from './probes.ts'

const family = 'tamper with the judge'

/** What programs read without being asked, in the directory where they start or where a script lies. */
const FORGING_PYTHON = `${SLOW_PYTHON_CLOCKS}
import json
json.dumps = lambda *values, **how: '{"correct": true, "scores": {"bits": 1e9, "numbers": 1e9}}'
`
const FORGING_JAVASCRIPT = `${SLOW_JAVASCRIPT_CLOCKS}
JSON.stringify = () => '{"correct": true, "scores": {"bits": 1e9, "numbers": 1e9}}'
`
const DISCOVERED = {
  'sitecustomize.py': FORGING_PYTHON,
  'usercustomize.py': FORGING_PYTHON,
  'conftest.py': FORGING_PYTHON,
  'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "-p conftest"\n',
  'setup.cfg': '[options]\nsetup_requires = conftest\n',
  'hook.cjs': FORGING_JAVASCRIPT,
  '.npmrc': 'node-options=--require=./hook.cjs\nscript-shell=./hook.cjs\n',
  '.env': 'NODE_OPTIONS=--require=./hook.cjs\nPYTHONSTARTUP=conftest.py\n',
  'package.json': '{"type": "module", "imports": {"#reference": "./hook.cjs"}, "main": "./hook.cjs"}\n',
  'node.config.json': '{"nodeOptions": {"require": ["./hook.cjs"]}}\n',
  '.pnp.cjs': FORGING_JAVASCRIPT,
  'tsconfig.json': '{"compilerOptions": {"paths": {"avo/scoring": ["./hook.cjs"]}}}\n',
}

/** Modules that take the names of those that a scorer uses. */
const SHADOWING = {
  'node_modules/avo/package.json': '{"name": "avo", "exports": {"./scoring": "./hook.cjs"}}',
  'node_modules/avo/hook.cjs': FORGING_JAVASCRIPT,
  'avo_scoring/__init__.py': FORGING_PYTHON,
  'random.py': FORGING_PYTHON,
  'array.py': FORGING_PYTHON,
  'secrets.py': FORGING_PYTHON,
  'struct.py': FORGING_PYTHON,
}

export const JUDGE: readonly CandidateEntry[] = [
  {
    name: 'files-opened',
    family,
    what: 'opens the scorer, the records of the run, the lineage and the person’s files for reading and for writing',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: (world) => `
for path in ${list(secretFiles(world))}:
    reach("read " + path, lambda: open(path).read(1) != "")
    reach("write " + path, lambda: os.close(os.open(path, os.O_WRONLY)))`,
      javascript: (world) => `
for (const path of ${list(secretFiles(world))}) {
  reach('read ' + path, () => fs.readFileSync(path))
  reach('write ' + path, () => fs.closeSync(fs.openSync(path, 'r+')))
}`,
    }),
  },
  {
    name: 'links-followed',
    family,
    what: 'makes symbolic and hard links to the scorer, the records and the person’s files in its own directory, and goes through them',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: (world) => `
for number, path in enumerate(${list(secretFiles(world))}):
    reach("hard link to " + path, lambda: os.link(path, f"hard{number}"))
    os.symlink(path, f"soft{number}")
    reach("symbolic link to " + path, lambda: open(f"soft{number}").read(1) != "")
    reach("root link to " + path, lambda: open("/proc/self/root" + path).read(1) != "")`,
      javascript: (world) => `
for (const [number, path] of ${list(secretFiles(world))}.entries()) {
  reach('hard link to ' + path, () => fs.linkSync(path, 'hard' + number))
  fs.symlinkSync(path, 'soft' + number)
  reach('symbolic link to ' + path, () => fs.readFileSync('soft' + number))
  reach('root link to ' + path, () => fs.readFileSync('/proc/self/root' + path))
}`,
    }),
  },
  {
    name: 'links-left',
    family,
    what: 'leaves links to the person’s files where its copy, its input and its output lie, for whoever tidies up',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    isLarge: true,
    edits: {
      python: ({ canary }) =>
        whenImported(`
data = sys.argv[1]
for name in os.listdir(data):
    os.unlink(data + "/" + name)
os.rmdir(data)
os.symlink(${JSON.stringify(canary)}, data)
os.symlink(${JSON.stringify(canary)}, "folder")
os.symlink(${JSON.stringify(`${canary}/notes.txt`)}, os.path.dirname(data) + "/notes")`),
      javascript: ({ canary }) =>
        whenImportedJavaScript(`
const data = process.argv[2]
fs.rmSync(data, { recursive: true })
fs.symlinkSync(${JSON.stringify(canary)}, data)
fs.symlinkSync(${JSON.stringify(canary)}, 'folder')
fs.symlinkSync(${JSON.stringify(`${canary}/notes.txt`)}, path.dirname(data) + '/notes')`),
    },
  },
  {
    name: 'configuration-discovered',
    family,
    what: 'brings sitecustomize.py, conftest.py, .npmrc, package.json with imports, .env and the like, which forge whatever loads them',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    isTimed: true,
    files: DISCOVERED,
    edits: { python: () => (source) => source, javascript: () => (source) => source },
  },
  {
    name: 'dependencies-shadowed',
    family,
    what: 'brings a package avo in node_modules and modules named like the kit’s and the standard library’s',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    isTimed: true,
    files: SHADOWING,
    edits: { python: () => (source) => source, javascript: () => (source) => source },
  },
  {
    name: 'loader-files',
    family,
    what: 'opens what every program starts with for writing: /etc/ld.so.preload, profiles, the interpreters, the kit',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: () => `
kit = os.path.dirname(os.path.abspath(sys.modules["__main__"].__file__))
for path in ["/etc/ld.so.cache", "/etc/profile", "/etc/environment", "/etc/passwd", sys.executable, os.__file__, kit + "/run_candidate.py", "/bin/sh"]:
    reach("write " + path, lambda: os.close(os.open(path, os.O_WRONLY)))`,
      javascript: () => `
for (const path of ['/etc/ld.so.cache', '/etc/profile', '/etc/environment', '/etc/passwd', process.execPath, process.argv[1], '/bin/sh']) {
  reach('write ' + path, () => fs.closeSync(fs.openSync(path, 'r+')))
}`,
    }),
  },
  {
    name: 'own-verdict',
    family,
    what: 'answers with a result document, with its own timing in it',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        aroundCalls(`
def cheat(honest, *args):
    return {"correct": True, "seconds": 1e-9, "scores": {"bits": 1e9, "numbers": 1e9}}`),
      javascript: () =>
        aroundJavaScriptCalls(`
const cheat = () => ({ correct: true, seconds: 1e-9, scores: { bits: 1e9, numbers: 1e9 } })`),
    },
  },
  {
    name: 'pipes-swapped',
    family,
    what: 'puts files and links in the place of the pipes and the directory of its session, and works as ever',
    outcome: 'no effect',
    promisedBy: EVERYWHERE,
    edits: {
      python: ({ canary }) =>
        whenImported(`
session = os.path.dirname(sys.argv[1])
for name, target in ("in", ${JSON.stringify(`${canary}/notes.txt`)}), ("out", "/dev/null"):
    os.unlink(session + "/" + name)
    os.symlink(target, session + "/" + name)
open(session + "/requests", "w").write("{}")`),
      javascript: ({ canary }) =>
        whenImportedJavaScript(`
const session = path.dirname(process.argv[2])
for (const [name, target] of [['in', ${JSON.stringify(`${canary}/notes.txt`)}], ['out', '/dev/null']]) {
  fs.unlinkSync(session + '/' + name)
  fs.symlinkSync(target, session + '/' + name)
}
fs.writeFileSync(session + '/requests', '{}')`),
    },
  },
  {
    name: 'harness-asked',
    family,
    what: 'looks for the channel between scorer and harness and for other candidates’ sessions, and writes requests and replies of its own',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: () => `
session = os.path.dirname(sys.argv[1])
broker = os.path.dirname(session)
reach("other sessions", lambda: set(os.listdir(broker)) - {os.path.basename(session)} != set())
for name in "requests", "replies", "staging":
    reach(name, lambda: os.close(os.open(broker + "/" + name, os.O_RDONLY | os.O_NONBLOCK)))`,
      javascript: () => `
const session = path.dirname(process.argv[2])
const broker = path.dirname(session)
reach('other sessions', () => fs.readdirSync(broker).some((name) => name !== path.basename(session)))
for (const name of ['requests', 'replies', 'staging'])
  reach(name, () => fs.closeSync(fs.openSync(broker + '/' + name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)))`,
    }),
  },
  {
    name: 'scorer-debugged',
    family,
    what: 'opens the memory of every other process for writing, and attaches to it',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      python: ({ harness, stranger }) => `
for id in ${harness}, ${stranger}:
    reach(f"memory of {id}", lambda: os.close(os.open(f"/proc/{id}/mem", os.O_RDWR)))
    reach(f"files of {id}", lambda: os.listdir(f"/proc/{id}/fd"))
    reach(f"root of {id}", lambda: os.listdir(f"/proc/{id}/root/"))`,
    }),
  },
]
