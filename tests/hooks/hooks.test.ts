import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/events.ts'
import { hookEnvironment } from '../../src/hooks/hook-environment.ts'
import { type HookCommands, startHooks } from '../../src/hooks/hooks.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { type JournalFile, openJournal } from '../../src/storage/journal-file.ts'
import { processesNaming } from '../processes.ts'
import { version } from '../storage/versions.ts'
import { makeTask } from '../task.ts'

type HookRan = RecordedEvent & { type: 'hook.ran' }

interface World {
  readonly task: string
  readonly journal: JournalFile
  /** What became of the hooks so far. */
  readonly ran: readonly HookRan[]
  /** Ends the run and waits for its hooks. */
  end(): Promise<void>
}

async function startWorld(commands: HookCommands, timeoutSeconds = 10): Promise<World> {
  const task = await makeTask({})
  const journal = await openJournal(join(task, 'events.jsonl'))
  const ran: HookRan[] = []
  journal.subscribe((event) => {
    if (event.type === 'hook.ran') ran.push(event)
  })
  const hooks = startHooks({
    commands,
    journal,
    subject: { project: 'number', task, workspace: join(task, 'workspace') },
    environment: { SLACK_TOKEN: 'xoxb', TASK: task },
    sandbox: createProcessSandbox(),
    timeoutSeconds,
  })
  return {
    task,
    journal,
    ran,
    async end() {
      journal.record({ type: 'run.ended', reason: { kind: 'max-attempts', message: 'enough' } })
      await hooks.close()
      journal.close()
    },
  }
}

test('a hook reads what happened, in the task, with the environment that it is given', async () => {
  const { task, journal, ran, end } = await startWorld({
    new_best: 'cat > told.json; echo "$SLACK_TOKEN $PWD" > context.txt',
  })
  journal.record({ type: 'version.committed', version: version(0, { gain: 0 }) })
  journal.record({ type: 'version.committed', version: version(1) })
  await end()
  expect(ran).toMatchObject([{ hook: 'new_best', exitCode: 0, problem: null }])
  expect(JSON.parse(await readFile(join(task, 'told.json'), 'utf8'))).toMatchObject({
    hook: 'new_best',
    project: 'number',
    task,
    workspace: join(task, 'workspace'),
    event: { type: 'version.committed', version: { number: 1 } },
    best: { version: 1, score: 1.5, gainOverSeed: expect.closeTo(0.034) },
    attempts: 1,
    costUsd: 0,
  })
  expect(await readFile(join(task, 'context.txt'), 'utf8')).toBe(`xoxb ${task}\n`)
})

test('each kind of event has its hook, and they run one after the other', async () => {
  const say = (name: string): string => `echo begin ${name} >> said; sleep 0.05; echo end ${name} >> said`
  const { task, journal, end } = await startWorld({
    new_best: say('new_best'),
    stall: say('stall'),
    budget_80: say('budget_80'),
    paused: say('paused'),
    ended: say('ended'),
  })
  const usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }
  journal.record({ type: 'version.committed', version: version(1) })
  journal.record({ type: 'supervisor.intervened', sign: 'stalled', directions: [], usage, costUsd: 0 })
  journal.record({ type: 'budget.warned', cap: 'max_tokens', used: 80, limit: 100 })
  journal.record({ type: 'run.ended', reason: { kind: 'paused', message: 'no answer' } })
  await end()
  const names = ['new_best', 'stall', 'budget_80', 'paused', 'ended']
  expect(await readFile(join(task, 'said'), 'utf8')).toBe(
    names.map((name) => `begin ${name}\nend ${name}\n`).join(''),
  )
})

test('one that fails, hangs or can not be started is told, and nothing that it started is left', async () => {
  const { task, journal, ran, end } = await startWorld(
    {
      new_best: 'echo fine; echo the server is gone >&2; exit 3',
      stall: 'trap "" TERM; sleep 600 & sleep 600',
      budget_80: './missing.sh',
    },
    0.3,
  )
  const usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }
  journal.record({ type: 'version.committed', version: version(1) })
  journal.record({ type: 'supervisor.intervened', sign: 'stalled', directions: [], usage, costUsd: 0 })
  await expect.poll(() => ran.length, { timeout: 20_000 }).toBe(2)
  journal.record({ type: 'budget.warned', cap: 'max_tokens', used: 80, limit: 100 })
  await end()
  expect(ran).toMatchObject([
    { hook: 'new_best', exitCode: 3, problem: 'exit status 3: the server is gone' },
    { hook: 'stall', exitCode: null, problem: 'it did not end within 0.3 seconds' },
    { hook: 'budget_80', exitCode: 127, problem: expect.stringContaining('missing.sh') },
  ])
  expect(processesNaming(task)).toEqual([])
})

test('however many hang, the end waits for the time of one, and the last word is still said', async () => {
  const { task, journal, ran, end } = await startWorld(
    { new_best: 'sleep 600', ended: 'cat > ended.json' },
    0.5,
  )
  for (let number = 1; number <= 50; number++)
    journal.record({ type: 'version.committed', version: version(number) })
  await end()
  expect(ran).toHaveLength(51)
  expect(ran.slice(0, -1).every(({ problem }) => problem !== null)).toBe(true)
  expect(ran.filter(({ problem }) => problem?.startsWith('it did not end')).length).toBeLessThan(5)
  expect(JSON.parse(await readFile(join(task, 'ended.json'), 'utf8'))).toMatchObject({
    event: { reason: { kind: 'max-attempts' } },
  })
})

test('what hooks take after the end is no time of the run', async () => {
  const { journal, end } = await startWorld({ ended: 'sleep 0.2' })
  await end()
  expect(journal.state.ended?.kind).toBe('max-attempts')
  expect(journal.state.activeMs).toBe(0)
})

test('a journal that can not be written is no affair of a hook', async () => {
  const { journal, end, task } = await startWorld({ new_best: 'sleep 0.1; touch ran' })
  journal.record({ type: 'version.committed', version: version(1) })
  const record = journal.record
  journal.record({ type: 'notice.given', level: 'info', text: 'still there' })
  journal.close()
  await expect(end()).rejects.toThrow()
  await expect.poll(() => readFile(join(task, 'ran'), 'utf8').catch(() => null)).toBe('')
  expect(() => record({ type: 'notice.given', level: 'info', text: 'gone' })).toThrow()
})

test('the environment is the person’s without the keys of the providers, by whatever name', () => {
  const own = {
    PATH: '/bin',
    SLACK_TOKEN: 'xoxb',
    OPENAI_API_KEY: 'sk-1',
    ANTHROPIC_API_KEY: 'sk-2',
    OLLAMA_API_KEY: 'sk-3',
    MY_KEY: 'sk-mine',
    EMPTY: '',
  }
  expect(hookEnvironment(own, ['sk-mine'])).toEqual({ PATH: '/bin', SLACK_TOKEN: 'xoxb', EMPTY: '' })
})
