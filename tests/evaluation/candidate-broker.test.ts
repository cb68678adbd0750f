import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { AvoError } from '../../src/errors.ts'
import type { ScorerSpec } from '../../src/evaluation/scorer-spec.ts'
import { listScratch } from '../../src/evaluation/scratch.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import type { Score } from '../../src/score.ts'
import { type Backend, describeBackends } from '../sandbox/backends.ts'
import { makeDirectory, NEVER, openTask } from './evaluation-task.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

const PROLOGUE = `import json, os, time
from channel import Broker, BROKER
broker = Broker()
def tell(**found):
    with open(os.environ["AVO_RESULT"], "w") as file: json.dump({"correct": True, "scores": {"a": 1}, "metrics": found}, file)
`

/** A scorer of Python's that has a broker and tells what it found. */
function pythonScorer(script: string): ScorerSpec {
  return {
    kind: 'command',
    command: ['python3', 'score.py'],
    directory: makeDirectory({ 'score.py': PROLOGUE + script, 'channel.py': read('channel.py') }),
    exclude: [],
    env: {},
    timeoutSeconds: 30,
  }
}

await describeBackends('candidates that a scorer has started', ['bubblewrap', 'process'], describeBroker)

function describeBroker({ name, sandbox, directory }: Backend): void {
  /** What the scorer told. */
  async function score(
    spec: ScorerSpec,
    files: Readonly<Record<string, string>> = {},
    on: Sandbox = sandbox,
  ) {
    const task = await openTask(spec, { sandbox: on, temporaryDirectory: join(directory, 'evaluations') })
    return task.evaluate(makeDirectory(files), NEVER)
  }
  const metricsOf = (score: Score): unknown => (score.correct ? score.metrics : score)
  const ask = async (script: string, files: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    metricsOf(await score(pythonScorer(script), files))

  test('answer what they are asked, each from a fresh copy of the files', async () => {
    const candidate =
      'import os, sys\nprint(sys.stdin.read().upper(), sorted(os.listdir(".")))\nopen("left", "w").close()'
    const script = `
first, end = broker.run("one", ["python3", "$CANDIDATE/main.py"], "hello")
second, _ = broker.run("two", ["python3", "main.py"], "again")
tell(first=first, second=second, end=end, own=sorted(os.listdir(os.environ["AVO_CANDIDATE"])))`
    expect(await ask(script, { 'main.py': candidate })).toEqual({
      first: "HELLO ['main.py']\n",
      second: "AGAIN ['main.py']\n",
      end: { ended: 'one', exitCode: 0, signal: null, limit: null, stderr: '' },
      own: ['main.py'],
    })
  })

  test('answer a scorer in JavaScript as well', async () => {
    const spec: ScorerSpec = {
      kind: 'node-module',
      module: 'score.mjs',
      exportName: 'evaluate',
      directory: makeDirectory({
        'score.mjs': `import { run } from './channel.mjs'
export async function evaluate() {
  const { output, end } = await run('one', ['sh', '$CANDIDATE/main.sh'], 'hello')
  return { correct: output === 'hello!' && end.exitCode === 3, scores: { a: 1 } }
}`,
        'channel.mjs': read('channel.mjs'),
      }),
      exclude: [],
      env: {},
      timeoutSeconds: 30,
    }
    expect(await score(spec, { 'main.sh': 'cat; printf "!"; exit 3' })).toMatchObject({ correct: true })
  })

  test('several at a time, and one is stopped', async () => {
    const script = `
for session in ("a", "b"): broker.start(session, ["cat"])
broker.ask(stop="a")
ended = broker.reply()
tell(stopped=ended, other=broker.talk("b", "still here"), last=broker.reply())`
    expect(await ask(script)).toEqual({
      stopped: { ended: 'a', exitCode: null, signal: 'SIGKILL', limit: null, stderr: '' },
      other: 'still here',
      last: { ended: 'b', exitCode: 0, signal: null, limit: null, stderr: '' },
    })
  })

  test('tell how they ended: status, signal, limit, the end of what they said', async () => {
    const script = `
ends = {}
for session, argv, options in [
    ("status", ["sh", "-c", "seq 1 100000 >&2; exit 3"], {}),
    ("signal", ["sh", "-c", "kill -SEGV $$"], {}),
    ("missing", ["no-such-program-of-avo"], {}),
    ("time", ["sleep", "100"], {"timeoutSeconds": 1}),
    ("memory", ["python3", "-c", "x = b'x' * 10**9; input()"], {"memoryBytes": 200_000_000}),
]:
    _, end = broker.run(session, argv, "x" * 10, **options)
    ends[session] = [end["exitCode"], end["signal"], end["limit"], len(end["stderr"]) > 4096, end["stderr"][-30:]]
tell(**ends)`
    expect(await ask(script)).toEqual({
      status: [3, null, null, false, '99996\n99997\n99998\n99999\n100000\n'.slice(-30)],
      signal: [null, 'SIGSEGV', null, false, expect.any(String)],
      missing: [127, null, null, false, expect.stringContaining('not found')],
      time: [null, null, 'time', false, expect.any(String)],
      memory: [null, null, 'memory', false, expect.any(String)],
    })
  })

  test('get the variables of the request, and none of the scorer’s', async () => {
    const script = `
output, _ = broker.run("env", ["env"], env={"SIZE": "12", "LD_PRELOAD": "/nowhere.so"})
names = {line.split("=")[0] for line in output.splitlines()}
refused = broker.start("no", ["env"], env={"AVO_RESULT": "x"})
tell(size="SIZE=12" in output, leaked=sorted(names & {"AVO_RESULT", "AVO_BROKER", "AVO_CANDIDATE", "SECRET_OF_SCORER"}), refused="failed" in refused)`
    const found = metricsOf(await score({ ...pythonScorer(script), env: { SECRET_OF_SCORER: 'x' } }))
    expect(found).toEqual({ size: true, leaked: [], refused: true })
  })

  test('are refused where the request is none, or the pipes are not there', async () => {
    const script = `
os.write(broker.requests, b"not json\\n"); garbage = broker.reply()
broker.ask(start="../up", argv=["true"]); name = broker.reply()
broker.ask(start="nothing", argv=["true"]); nothing = broker.reply()
os.mkdir(BROKER + "/plain")
for pipe in ("in", "out"): open(f"{BROKER}/plain/{pipe}", "w").close()
broker.ask(start="plain", argv=["true"]); plain = broker.reply()
os.write(broker.requests, b"x" * 4000 + b"\\n"); long = broker.reply()
tell(failed=["failed" in reply for reply in (garbage, name, nothing, plain, long)])`
    expect(await ask(script)).toEqual({ failed: [true, true, true, true, true] })
  })

  // In plain processes there is nothing to get out of.
  test.skipIf(name === 'process')(
    'are shown no other directory by a link that takes their own one’s place',
    async () => {
      const script = `
broker.prepare("victim")
os.rename(BROKER + "/victim", BROKER + "/aside")
os.symlink("/", BROKER + "/victim")
broker.ask(start="victim", argv=["sh", "-c", "ls " + BROKER + "/victim >&2"])
link = broker.reply()
found = []
for number in range(20):
    name = f"race{number}"
    broker.prepare(name)
    os.mkdir(BROKER + "/other" + name)
    for pipe in ("in", "out"): os.mkfifo(f"{BROKER}/other{name}/{pipe}")
    broker.ask(start=name, argv=["true"])
    os.rename(BROKER + "/" + name, BROKER + "/was" + name)
    os.rename(BROKER + "/other" + name, BROKER + "/" + name)
    reply = broker.reply()
    if "started" in reply: reply = broker.reply() if number % 2 else {"stopped": broker.ask(stop=name)}
    found.append(list(reply)[0])
tell(link="failed" in link, races=len(found))`
      expect(await ask(script)).toEqual({ link: true, races: 20 })
    },
  )

  test('are dead before the result is read, whatever becomes of the scorer', async () => {
    const beat = 'while :; do printf x >>"$1"/beat; sleep 0.01; done'
    const script = `
broker.prepare("beating")
pipes = [os.open(f"{BROKER}/beating/{pipe}", os.O_RDWR) for pipe in ("in", "out")]
broker.ask(start="beating", argv=["sh", "-c", ${JSON.stringify(beat)}, "sh", os.environ["BEAT"]])
while not os.path.exists(os.environ["BEAT"] + "/beat"): time.sleep(0.01)
for number in range(5): broker.prepare(f"late{number}"); broker.ask(start=f"late{number}", argv=["sh", "-c", ${JSON.stringify(beat)}, "sh", os.environ["BEAT"]])
tell(); os._exit(0)`
    const spec = pythonScorer(script)
    const beats = makeDirectory()
    const task = await openTask(
      { ...spec, env: { BEAT: beats } },
      { sandbox: withWritable(sandbox, beats), temporaryDirectory: join(directory, 'evaluations') },
    )
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ correct: true })
    const size = statSync(join(beats, 'beat')).size
    await delay(200)
    expect(statSync(join(beats, 'beat')).size).toBe(size)
    expect(readdirSync(join(directory, 'evaluations'))).toEqual([])
  })

  test('that can’t be isolated are no failure of theirs: the evaluation throws', async () => {
    const broken: Sandbox = {
      ...sandbox,
      exec(command, signal) {
        const isCandidate = command.env?.['AVO_RESULT'] === undefined
        return isCandidate
          ? Promise.reject(new AvoError('sandbox', 'no namespaces left'))
          : sandbox.exec(command, signal)
      },
    }
    const script = `
reply = broker.start("one", ["true"])
while "failed" not in reply: reply = broker.reply()
os._exit(75)`
    await expect(score(pythonScorer(script), {}, broken)).rejects.toMatchObject({
      code: 'sandbox',
      message: 'no namespaces left',
    })
  })

  test('leave nothing behind', async () => {
    const evaluations = join(directory, 'evaluations')
    const listed = await ask(
      'broker.run("one", ["true"])\ntell(scratch=os.environ["TMPDIR"], shared=os.environ["AVO_BROKER"])',
    )
    expect(listed).toEqual({
      scratch: expect.stringContaining('avo-'),
      shared: expect.stringContaining('avo-'),
    })
    expect(await listScratch(evaluations)).toEqual([])
    expect(readdirSync(evaluations)).toEqual([])
  })
}

/** The same sandbox, in which everybody may write to one more directory. */
function withWritable(sandbox: Sandbox, directory: string): Sandbox {
  return {
    ...sandbox,
    exec: (command, signal) => {
      const view = command.view ?? { read: [], write: [] }
      return sandbox.exec({ ...command, view: { ...view, write: [...view.write, directory] } }, signal)
    },
  }
}
