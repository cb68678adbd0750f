import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openJournal } from '../../src/storage/journal-file.ts'
import { processesNaming, untilAsleep } from '../processes.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, type Started, startAvo } from './avo.ts'
import { servedConfig } from './served-config.ts'

type Call = readonly [tool: string, input: object]

/** A server whose answer nobody lives to see, and the moment at which it is first asked. */
async function startSilentServer(answer: (response: ServerResponse) => void = () => undefined) {
  const server = createServer((_request, response) => answer(response))
  const asked = once(server, 'request')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, asked }
}

/** A task whose agent makes the same calls in every turn, and whose scorer begins with some lines of shell. */
async function makeCallingTask(
  calls: readonly Call[],
  keys: Readonly<Record<string, unknown>> = {},
  scorer = '',
): Promise<string> {
  const mock = await LLMock.create({ port: 0 })
  onTestFinished(() => mock.stop())
  mock.on(
    {},
    {
      toolCalls: calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) })),
    },
  )
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': `${scorer}\n${NUMBER_TASK['scorer/score.sh']}`,
  })
  await writeFile(join(directory, 'avo.yaml'), servedConfig(mock, { max_attempts: 1, ...keys }))
  onTestFinished(() => {
    for (const id of processesNaming(directory)) process.kill(Number(id), 'SIGKILL')
  })
  return directory
}

/** A `git` that takes its time over the making of commits. */
async function makeSlowGit(directory: string, seconds: number): Promise<Readonly<Record<string, string>>> {
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const bin = join(directory, 'bin')
  await mkdir(bin)
  await writeFile(
    join(bin, 'git'),
    `#!/bin/sh\ncase "$*" in *commit-tree*) sleep ${seconds} ;; esac\nexec '${git}' "$@"\n`,
  )
  await chmod(join(bin, 'git'), 0o755)
  return { PATH: `${bin}:${process.env['PATH']}` }
}

/** A stop was asked for: the process ends as interrupted, all is saved, and nothing of it is left. */
async function expectStopped(directory: string, { ended }: Started): Promise<void> {
  expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('stopping') })
  expect(processesNaming(directory)).toEqual([])
  expect(readdirSync(join(directory, '.avo')).filter((name) => name.startsWith('lock'))).toEqual([])
  const journal = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
  expect(journal.state.ended).toMatchObject({ kind: 'interrupted' })
}

describe('the first SIGTERM ends a run', () => {
  test('in a model call', async () => {
    const { url, asked } = await startSilentServer()
    const directory = await makeCallingTask([], {
      llm: { provider: 'custom', model: 'played', base_url: `${url}/v1` },
    })
    const started = startAvo(['run', directory])
    await asked
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
  })

  test('while it waits for a provider', async () => {
    const { url, asked } = await startSilentServer((response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end('{}')
    })
    const directory = await makeCallingTask([], {
      llm: { provider: 'custom', model: 'played', base_url: `${url}/v1` },
    })
    const started = startAvo(['run', directory])
    await asked
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
  })

  test('in a call of the shell', async () => {
    const directory = await makeCallingTask([['run_shell', { command: 'sleep 600' }]])
    const started = startAvo(['run', directory])
    await untilAsleep(directory)
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
  })

  const submit: readonly Call[] = [
    ['write_file', { path: 'value.txt', content: '2' }],
    ['submit', { summary: 'two' }],
  ]

  test('while the seed is scored', async () => {
    const directory = await makeCallingTask([], {}, 'sleep 600')
    const started = startAvo(['run', directory])
    await untilAsleep(directory)
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
  })

  test('in a round of the gate, and the same command goes on with it', async () => {
    const hangs = '[ "$(cat "$AVO_CANDIDATE/value.txt")" = 2 ] && [ -z "$GO" ] && sleep 600'
    const directory = await makeCallingTask(submit, {}, hangs)
    const started = startAvo(['run', directory])
    await untilAsleep(directory)
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
    const again = await avo(['run', '--set', 'scorer.env.GO=yes', directory])
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('two') })
  })

  test('in a commit, which is made first', async () => {
    const directory = await makeCallingTask(submit)
    const started = startAvo(['run', directory], { env: await makeSlowGit(directory, 1) })
    await untilAsleep(directory)
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
    const { state } = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
    expect(state.versions).toHaveLength(1)
  })

  test('while documents are indexed', async () => {
    const { url, asked } = await startSilentServer()
    const directory = await makeCallingTask([['search_knowledge', { query: 'speed' }]], {
      embeddings: { provider: 'custom', model: 'e', base_url: url },
    })
    await mkdir(join(directory, 'knowledge-base'))
    await writeFile(join(directory, 'knowledge-base/a.md'), '# A\n\nSpeed.\n')
    const started = startAvo(['run', directory])
    await asked
    started.child.kill('SIGTERM')
    await expectStopped(directory, started)
  })
})

test('a second one ends it at once, whatever it is at', async () => {
  const directory = await makeCallingTask([])
  const started = startAvo(['run', directory], { env: await makeSlowGit(directory, 60) })
  await untilAsleep(directory)
  started.child.kill('SIGTERM')
  await once(started.child.stderr ?? process.stdin, 'data')
  started.child.kill('SIGINT')
  expect(await once(started.child, 'exit')).toEqual([130, null])
})
