import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openJournal } from '../src/storage/journal-file.ts'
import { avo, type Ended, type Started, startAvo } from './cli/avo.ts'
import { servedConfig } from './cli/served-config.ts'
import { playAgent } from './played-agent.ts'
import { processesNaming, untilAsleep } from './processes.ts'
import { makeTask, NUMBER_TASK } from './task.ts'

let mock: LLMock
let writes = 1
beforeAll(async () => {
  mock = await LLMock.create({ port: 0 })
  // Every other attempt is better than all before it; no two solutions are the same.
  mock.on(
    {},
    playAgent((attempt) => (attempt % 2 === 1 ? String(++writes) : `0.${++writes}`)),
  )
})
afterAll(() => mock.stop())

/** A task whose agent is played by the server, and whose scorer hangs for as long as the file `hang/on` is there. */
async function makeServedTask(attempts: number): Promise<string> {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': `[ -e "$HANG/on" ] && exec sleep 600\n${NUMBER_TASK['scorer/score.sh']}`,
  })
  const hang = join(directory, 'hang')
  await mkdir(hang)
  const scorer = { command: ['sh', 'score.sh'], env: { HANG: hang } }
  await writeFile(
    join(directory, 'avo.yaml'),
    servedConfig(mock, { scorer, readable: ['hang'], max_attempts: attempts }),
  )
  onTestFinished(() => {
    for (const id of processesNaming(directory)) process.kill(Number(id), 'SIGKILL')
  })
  return directory
}

interface Fact {
  readonly type: string
  readonly tool?: string
  readonly attempt?: number
}

/** Runs a task and kills it as soon as it says a fact. */
function runUntil(directory: string, isMoment: (fact: Fact) => boolean): Promise<Ended> {
  return avo(['run', '--json', directory], {
    onLine(line, child) {
      if (isMoment(JSON.parse(line))) child.kill('SIGKILL')
    },
  })
}

/** Runs a task whose scorer hangs, and comes back when it does. */
async function startHanging(directory: string): Promise<Started> {
  await writeFile(join(directory, 'hang/on'), '')
  const started = startAvo(['run', directory])
  await untilAsleep(directory)
  return started
}

/** What must hold when a run has come to its end, however often it was killed on the way. */
async function expectWhole(directory: string, attempts: number): Promise<void> {
  const git = (...args: string[]): string[] =>
    execFileSync('git', ['-C', join(directory, 'workspace'), ...args], { encoding: 'utf8', stdio: 'pipe' })
      .trim()
      .split('\n')
  const { state } = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
  const numbers = Array.from({ length: attempts }, (_, index) => index + 1)

  expect(state.ended?.kind).toBe('max-attempts')
  expect(state.ledger.map(({ number, outcome }) => [number, outcome])).toEqual(
    numbers.map((number) => [number, number % 2 === 1 ? 'accepted' : 'rejected']),
  )
  expect(state.versions.map(({ number, attempt }) => [number, attempt])).toEqual([
    [0, 0],
    ...numbers.filter((number) => number % 2 === 1).map((number, index) => [index + 1, number]),
  ])
  const commits = state.versions.map(({ commit }) => commit)
  expect(git('rev-list', '--reverse', 'main')).toEqual(commits)
  expect(git('for-each-ref', '--format=%(refname) %(objectname)', '--sort=v:refname', 'refs/tags')).toEqual(
    state.versions.map(({ number, commit }) => `refs/tags/avo/v${number} ${commit}`),
  )
  expect(
    git('for-each-ref', '--format=%(refname:lstrip=3)', '--sort=v:refname', 'refs/avo/attempts'),
  ).toEqual(numbers.map(String))

  const facts = readFileSync(join(directory, '.avo/events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Fact => JSON.parse(line))
  for (const type of ['attempt.started', 'solution.submitted', 'gate.decided'])
    expect(facts.filter((fact) => fact.type === type).map(({ attempt }) => attempt)).toEqual(numbers)
  expect(processesNaming(directory)).toEqual([])
  expect(readdirSync(join(directory, '.avo')).filter((name) => name.startsWith('lock'))).toEqual([])
}

test('a run that is killed goes on with the same command, and ends as if it had not been', async () => {
  const directory = await makeServedTask(2)
  const isMoment = ({ type, tool }: Fact): boolean => type === 'tool.called' && tool === 'submit'
  expect((await runUntil(directory, isMoment)).signal).toBe('SIGKILL')
  expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
  await expectWhole(directory, 2)
})

test('a scorer that would run on for minutes is ended with the harness that was killed', async () => {
  const directory = await makeServedTask(2)
  const { child, ended } = await startHanging(directory)
  child.kill('SIGKILL')
  await ended
  await rm(join(directory, 'hang/on'))
  expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
  await expectWhole(directory, 2)
})

test('a run has its task for itself; Ctrl-C ends it with what it started, and the same command goes on', async () => {
  const directory = await makeServedTask(2)
  const { child, ended } = await startHanging(directory)

  const second = await avo(['run', directory])
  expect(second).toMatchObject({ exitCode: 5, stdout: '' })
  expect(second.stderr).toContain(`process ${child.pid}`)
  const status = await avo(['status', '--json', directory])
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, pid: child.pid })

  child.kill('SIGINT')
  expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('stopping') })
  expect(processesNaming(directory)).toEqual([])
  await rm(join(directory, 'hang/on'))
  expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
  await expectWhole(directory, 2)
})
