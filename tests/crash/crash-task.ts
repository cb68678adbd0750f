import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { expect, onTestFinished } from 'vitest'
import { missingResults } from '../../src/agent/conversation.ts'
import type { RunState } from '../../src/journal.ts'
import { openConversation } from '../../src/storage/conversation-file.ts'
import { readDocumentFolder } from '../../src/storage/document-folder.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { processesNaming } from '../processes.ts'
import { git } from '../storage/hostile-git.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { ATTEMPTS } from './acted-agent.ts'
import type { Crash } from './deadly.ts'

const FILES: Readonly<Record<string, string>> = {
  ...NUMBER_TASK,
  'avo.yaml': configure(ATTEMPTS, '{ max_failed_attempts: 2, redirect_with_llm: false }'),
  'knowledge-base/more.md': '# More\n\nMore is more.\n',
}

/** The avo.yaml of a task whose agent is acted. */
export function configure(attempts: number, supervisor: string): string {
  return `project_name: crash
brief: Make the number in value.txt larger.
llm: { provider: builtin }
seed: seed
scorer: { command: [sh, score.sh] }
sandbox: process
embeddings: { provider: local }
max_attempts: ${attempts}
max_agent_steps_per_variation: 12
supervisor: ${supervisor}
insights_every: 2
`
}

/** A task whose agent is acted. */
export async function makeCrashTask(config = FILES['avo.yaml'] ?? ''): Promise<string> {
  const directory = await makeTask({ ...FILES, 'avo.yaml': config })
  await mkdir(join(directory, 'tmp'))
  onTestFinished(() => {
    for (const id of processesNaming(directory)) process.kill(Number(id), 'SIGKILL')
  })
  return directory
}

/** How a session ended. */
export interface Session {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** Runs a task in a process of its own, to its end or to the crash: at a moment, or after so many milliseconds. */
export function runSession(
  directory: string,
  crash?: Crash | number,
  env: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const child = spawn(
    execPath,
    [
      '--import',
      join(import.meta.dirname, 'deadly.ts'),
      join(import.meta.dirname, 'run-acted.ts'),
      directory,
    ],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        TMPDIR: join(directory, 'tmp'),
        NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/avo-tests'),
        ...(typeof crash === 'object' && { AVO_CRASH: JSON.stringify(crash) }),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const timer = typeof crash === 'number' ? setTimeout(() => child.kill('SIGKILL'), crash) : undefined
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve) => {
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer)
      resolve({ exitCode, signal, stderr })
    })
  })
}

/** What a run came to, as far as it must not depend on how often it was cut off. */
export async function readOutcome(directory: string) {
  const workspace = join(directory, 'workspace')
  const { state, notices } = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
  const { messages } = await openConversation(join(directory, '.avo/conversation.jsonl'))
  return {
    notices,
    ended: state.ended,
    commits: git(workspace, 'log', '--reverse', '--format=%T%n%B', 'main'),
    tags: git(workspace, 'for-each-ref', '--format=%(refname) %(tree)', 'refs/tags'),
    attempts: git(workspace, 'for-each-ref', '--format=%(refname) %(tree)%0a%(contents)', 'refs/avo'),
    heads: git(workspace, 'for-each-ref', '--format=%(refname) %(tree)', 'refs/heads'),
    status: git(workspace, 'status', '--porcelain'),
    versions: state.versions.map(({ commit, committedAt, ...version }) => version),
    ...pickCounters(state),
    unanswered: missingResults(messages),
    lessons: [...(await readDocumentFolder(join(directory, '.avo/lessons')))],
    pages: [...(await readDocumentFolder(join(directory, '.avo/insights')))],
    locks: readdirSync(join(directory, '.avo')).filter((name) => name.startsWith('lock')),
    processes: processesNaming(directory),
  }
}

function pickCounters(state: RunState) {
  const { ledger, costUsd, costSinceVersionUsd, usage, turns, unpricedCalls, failedAttempts } = state
  const { redirection, attempt, learntUpTo, insights } = state
  return {
    ledger,
    costUsd,
    costSinceVersionUsd,
    usage,
    turns,
    unpricedCalls,
    failedAttempts,
    redirection,
    attempt,
    learntUpTo,
    insights,
  }
}

export type Outcome = Awaited<ReturnType<typeof readOutcome>>

let undisturbed: Promise<Undisturbed> | null = null

interface Undisturbed {
  readonly outcome: Outcome
  /** What the process did to the world. */
  readonly effects: number
}

/** What becomes of a task that nobody disturbs; run once in a test file. */
export function runUndisturbed(): Promise<Undisturbed> {
  undisturbed ??= (async () => {
    const directory = await makeCrashTask()
    const count = join(directory, 'tmp/count')
    expect(await runSession(directory, undefined, { AVO_COUNT: count })).toMatchObject({ exitCode: 0 })
    return { outcome: await readOutcome(directory), effects: Number(readFileSync(count, 'utf8')) }
  })()
  return undisturbed
}

/** Runs a task to its end after a crash, and expects that to be as if there had been none. */
export async function expectUndisturbed(directory: string): Promise<void> {
  const { outcome } = await runUndisturbed()
  expect(await runSession(directory)).toMatchObject({ exitCode: 0, signal: null, stderr: '' })
  expect(await readOutcome(directory)).toEqual(outcome)
}
