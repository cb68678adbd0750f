import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
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

/** Runs a task and kills it as soon as it says a fact, or a moment later. */
function runUntil(directory: string, isMoment: (fact: Fact) => boolean, delayMs = 0): Promise<Ended> {
  return avo(['run', '--json', directory], {
    onLine(line, child) {
      if (isMoment(JSON.parse(line))) setTimeout(() => child.kill('SIGKILL'), delayMs)
    },
  })
}

/** A `git` that runs git, and kills the harness that called it where the shell condition `when` holds afterwards. */
async function makeDeadlyGit(directory: string, when: string): Promise<Readonly<Record<string, string>>> {
  const bin = join(directory, 'bin')
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  await mkdir(bin, { recursive: true })
  await writeFile(
    join(bin, 'git'),
    `#!/bin/sh\n'${git}' "$@"; status=$?\ncd '${directory}'\n${when} && kill -9 $PPID\nexit $status\n`,
  )
  await chmod(join(bin, 'git'), 0o755)
  return { PATH: `${bin}:${process.env['PATH']}` }
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

describe('a run that is killed goes on with the same command, and ends as if it had not been', () => {
  test.for<readonly [string, (fact: Fact) => boolean]>([
    ['when it has just begun', ({ type }) => type === 'run.started'],
    ['while the agent evaluates', ({ type, tool }) => type === 'tool.called' && tool === 'evaluate'],
    ['while the agent submits', ({ type, tool }) => type === 'tool.called' && tool === 'submit'],
    ['between submission and gate', ({ type }) => type === 'solution.submitted'],
    ['right after the verdict', ({ type }) => type === 'gate.decided'],
  ])('%s', async ([, isMoment]) => {
    const directory = await makeServedTask(2)
    expect((await runUntil(directory, isMoment)).signal).toBe('SIGKILL')
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
    await expectWhole(directory, 2)
  })

  test.for([0, 1])('right after the commit of v%i', async (version) => {
    const directory = await makeServedTask(2)
    const env = await makeDeadlyGit(directory, `[ -e workspace/.git/refs/tags/avo/v${version} ]`)
    expect((await avo(['run', directory], { env })).signal).toBe('SIGKILL')
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
    await expectWhole(directory, 2)
  })

  test('with a scorer that would run on for minutes, which is ended', async () => {
    const directory = await makeServedTask(2)
    const { child, ended } = await startHanging(directory)
    child.kill('SIGKILL')
    await ended
    await rm(join(directory, 'hang/on'))
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
    await expectWhole(directory, 2)
  })

  test('at ten moments one after the other', async () => {
    const directory = await makeServedTask(6)
    const random = createRandom(20_260_324)
    for (let kills = 0; kills < 10; kills++) {
      const ended =
        kills % 2 === 0
          ? await runUntilFact(directory, Math.floor(random() * 25), random() * 20)
          : await runUntilCall(directory, 1 + Math.floor(random() * 30))
      if (ended.exitCode === 0) break
      expect(ended.signal).toBe('SIGKILL')
    }
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 0 })
    await expectWhole(directory, 6)
  })
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

/** Kills a run so many facts on, somewhere in what it does next. */
function runUntilFact(directory: string, facts: number, delayMs: number): Promise<Ended> {
  let left = facts
  return runUntil(directory, () => left-- === 0, delayMs)
}

/** Kills a run right after so many calls of git. */
async function runUntilCall(directory: string, calls: number): Promise<Ended> {
  await rm(join(directory, 'calls'), { force: true })
  return avo(['run', directory], {
    env: await makeDeadlyGit(directory, `echo >> calls; [ $(wc -l < calls) -eq ${calls} ]`),
  })
}

/** Numbers from 0 to 1, the same ones for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
