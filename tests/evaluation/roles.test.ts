import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { RecordedEvent } from '../../src/events.ts'
import { openRun } from '../../src/run.ts'
import { type Backend, describeBackends, ISOLATING } from '../sandbox/backends.ts'
import { scriptedModel } from '../scripted-model.ts'
import { makeTask } from '../task.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const PROBE = read('../sandbox/probe.py')

/** A scorer that tries things itself, has the candidate try them, and tells what both could. */
const SCORER = `
import json, os, sys
from channel import Broker, BROKER
from probe import probe
with open("attempts.json") as file: attempts = json.load(file)
own = {"candidate's copy": ["read", os.environ["AVO_CANDIDATE"]], "its result": ["create", os.path.dirname(os.environ["AVO_RESULT"])]}
mine = probe(attempts + [[name, *rest] for name, rest in own.items()] + [["its snapshot", "create", os.getcwd()]])
theirs = attempts + [
    ["its copy", "create", "."], ["the scorer", "read", os.getcwd()], ["the scorer's copy", "read", os.environ["AVO_CANDIDATE"]],
    ["the result", "read", os.path.dirname(os.environ["AVO_RESULT"])], ["other sessions", "read", BROKER + "/requests"],
]
output, end = Broker().run("probe", ["python3", "$CANDIDATE/probe.py", json.dumps(theirs)])
found = {"scorer": mine, "candidate": json.loads(output or "null"), "end": end}
left = os.path.exists(os.path.join(os.environ["AVO_CANDIDATE"], "created-by-probe"))
with open(os.environ["AVO_RESULT"], "w") as file:
    json.dump({"correct": not left, "scores": {"a": 1}, "metrics": found}, file)
`

await describeBackends('who may touch what', ISOLATING, describeRoles)

function describeRoles({ name }: Backend): void {
  test('agent, candidate and scorer reach what is theirs, and nothing else', async () => {
    const { directory, attempts } = await prepareTask(name)
    const command = `python3 - '${JSON.stringify(attempts)}' <<'END'\n${PROBE}END`
    const model = scriptedModel([
      { calls: [['run_shell', { command }]] },
      {
        calls: [
          ['run_shell', { command: 'git log --format=%s; git commit --allow-empty -m x; echo status $?' }],
        ],
      },
      { calls: [['submit', { summary: 'nothing' }]] },
    ])
    const run = await openRun(await readConfig(directory, [{ key: 'max_attempts', value: '1' }]), { model })
    const events: RecordedEvent[] = []
    run.journal.subscribe((event) => events.push(event))
    await run.start(new AbortController().signal).finally(run.close)

    const outputs = model.requests.slice(1, 3).map(({ messages }) => JSON.stringify(messages.at(-1)?.content))
    const agent: unknown = JSON.parse(
      /\[\\"[^\]]*\]/.exec(outputs[0] ?? '')?.[0].replaceAll('\\"', '"') ?? 'null',
    )
    expect(agent).toEqual(['documents', 'history', 'work in the workspace', 'workspace'])
    expect(outputs[1]).toMatch(/v0: seed\\n.*status [1-9]/s)

    const scored = events.find((event) => event.type === 'candidate.evaluated')?.score
    expect(scored).toMatchObject({ correct: true })
    expect(scored?.correct && scored.metrics).toEqual({
      scorer: ["candidate's copy", 'its result'],
      candidate: ['its copy'],
      end: { ended: 'probe', exitCode: 0, signal: null, limit: null, stderr: '' },
    })
    const { sandbox } = events.find((event) => event.type === 'run.started') ?? {}
    expect(sandbox).toBe(name)
  })
}

/** A task with what each of the three tries: by name, what is tried, and where. */
async function prepareTask(sandbox: string) {
  const home = mkdtempSync(join(homedir(), '.avo-test-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  writeFileSync(join(home, 'key'), 'sk-secret')
  const server = createServer((socket) => socket.end('x'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const directory = realpathSync(
    await makeTask({
      'avo.yaml': `seed: seed\nscorer: { command: [python3, score.py], timeout_seconds: 60 }\nllm: { provider: builtin }\nsandbox: ${sandbox}\nsupervisor: { enabled: false }\nbrief: brief.md\n`,
      'brief.md': 'Make it faster.\n',
      'knowledge-base/notes.md': '# Notes\n',
      'seed/probe.py': PROBE,
      'scorer/score.py': SCORER,
      'scorer/probe.py': PROBE,
      'scorer/channel.py': read('channel.py'),
      'scorer/attempts.json': '[]',
    }),
  )
  const at = (path: string): string => join(directory, path)
  const attempts = [
    ['keys in the home directory', 'read', join(home, 'key')],
    ['change of keys', 'write', join(home, 'key')],
    ['configuration', 'read', at('avo.yaml')],
    ['brief', 'read', at('brief.md')],
    ['documents', 'read', at('knowledge-base/notes.md')],
    ['change of documents', 'write', at('knowledge-base/notes.md')],
    ['seed', 'read', at('seed/probe.py')],
    ['scorer as written', 'read', at('scorer/score.py')],
    ['workspace', 'read', at('workspace/probe.py')],
    ['work in the workspace', 'create', at('workspace')],
    ['history', 'read', at('workspace/.git/HEAD')],
    ['change of history', 'write', at('workspace/.git/HEAD')],
    ['hooks', 'create', at('workspace/.git/hooks')],
    ['journal', 'read', at('.avo/events.jsonl')],
    ['change of the journal', 'write', at('.avo/events.jsonl')],
    ['lock', 'read', at('.avo/lock')],
    ['network', 'connect', port],
  ]
  writeFileSync(at('scorer/attempts.json'), JSON.stringify(attempts))
  return { directory, attempts }
}
