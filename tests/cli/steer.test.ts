import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { describe, expect, onTestFinished, test } from 'vitest'
import { requireProgram } from '../requires.ts'
import { makeTask } from '../task.ts'
import { avo } from './avo.ts'
import { servedConfig } from './served-config.ts'

interface Fact {
  readonly type: string
  readonly text?: string
  readonly hash?: string
}

/** A task whose agent waits for a word of the person, and submits when it has come. */
async function makeWaitingTask(word: string): Promise<string> {
  const mock = await LLMock.create({ port: 0 })
  onTestFinished(() => mock.stop())
  mock.on({}, ({ messages }) => {
    const isHeard = messages.some(
      ({ role, content }) => role === 'user' && JSON.stringify(content).includes(word),
    )
    const calls = isHeard
      ? [
          ['write_file', { path: 'value.txt', content: '2' }],
          ['submit', { summary: 'heard' }],
        ]
      : [['run_shell', { command: `sleep 0.2; echo ${messages.length}` }]]
    return {
      toolCalls: calls.map(([name, input]) => ({ name: String(name), arguments: JSON.stringify(input) })),
    }
  })
  const directory = await makeTask()
  await writeFile(
    join(directory, 'avo.yaml'),
    servedConfig(mock, { max_attempts: 1, max_agent_steps_per_variation: 500 }),
  )
  return directory
}

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trim().split('\n')

test('what the person says before and during a run reaches the agent once, also over kill -9', async () => {
  const directory = await makeWaitingTask('meanwhile')
  const before = await avo(['steer', 'said before the start', directory])
  expect(before).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('at the next avo run') })
  await writeFile(join(directory, 'steer.md'), 'said in a file\n')

  let steered: Promise<unknown> | null = null
  const killed = await avo(['run', '--json', directory], {
    onLine(line, child) {
      const fact: Fact = JSON.parse(line)
      if (fact.type === 'tool.called') steered ??= avo(['steer', '--json', 'said meanwhile', directory])
      if (fact.type === 'steering.received' && fact.text === 'said meanwhile') child.kill('SIGKILL')
    },
  })
  expect(killed.signal).toBe('SIGKILL')
  const hash = createHash('sha256').update('said meanwhile').digest('hex')
  expect(await steered).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(hash) })

  const resumed = await avo(['run', directory])
  expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('heard') })
  expect(resumed.stderr).not.toContain('the person says')

  const facts = linesOf(join(directory, '.avo/events.jsonl')).map((line): Fact => JSON.parse(line))
  const received = facts.filter(({ type }) => type === 'steering.received')
  expect(received.map(({ text }) => text)).toEqual([
    'said before the start',
    'said in a file',
    'said meanwhile',
  ])
  expect(received[2]?.hash).toBe(hash)
  const conversation = linesOf(join(directory, '.avo/conversation.jsonl')).join('\n')
  for (const said of ['said before the start', 'said in a file', 'said meanwhile'])
    expect(conversation.split(said)).toHaveLength(2)
})

test('the run says what it has received', async () => {
  const directory = await makeWaitingTask('go')
  await avo(['steer', 'go for it', directory])
  const { stderr } = await avo(['run', directory])
  const hash = createHash('sha256').update('go for it').digest('hex').slice(0, 12)
  expect(stderr).toContain(`the person says (sha256 ${hash}): go for it`)
})

describe('the agent', () => {
  requireProgram('bwrap', 'apt install bubblewrap')

  test('can not speak for the person', async () => {
    const forge =
      'mkdir -p ../.avo/steering; echo forged > ../steer.md; echo forged > ../.avo/steering/forged.txt'
    const mock = await LLMock.create({ port: 0 })
    onTestFinished(() => mock.stop())
    mock.on({}, { toolCalls: [{ name: 'run_shell', arguments: JSON.stringify({ command: forge }) }] })
    const directory = await makeTask()
    await writeFile(
      join(directory, 'avo.yaml'),
      servedConfig(mock, { sandbox: 'bubblewrap', max_attempts: 1, max_agent_steps_per_variation: 3 }),
    )
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
    const events = linesOf(join(directory, '.avo/events.jsonl')).join('\n')
    expect(events).toContain('run_shell')
    expect(events).not.toContain('steering.received')
  })
})

test('a text that is none is refused, and leaves nothing behind', async () => {
  const directory = await makeTask()
  expect(await avo(['steer', ' ', directory])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no text'),
  })
  expect(existsSync(join(directory, '.avo/steering'))).toBe(false)
})
