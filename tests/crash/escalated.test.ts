import { expect, test } from 'vitest'
import { ESCALATED_ATTEMPTS } from './acted-agent.ts'
import { configure, makeCrashTask, type Outcome, readOutcome, runSession } from './crash-task.ts'
import type { Crash } from './deadly.ts'

/** The supervisor has one direction at a time for one attempt, and soon goes further. */
const CONFIG = configure(ESCALATED_ATTEMPTS, '{ max_failed_attempts: 1 }')

const RESTORE = 'read-tree --reset -u [0-9a-f]+ [0-9a-f]+'
/** In order: the seed, and the beginnings of attempts 6, 9 and 10, the last from an earlier version. */
const BRANCH = 4

const MOMENTS: readonly (readonly [name: string, matching: string, how: Crash['how'], nth: number])[] = [
  ['when the supervisor has said so', '"step":"branch"', 'after', 1],
  ['when the attempt has begun', '"type":"attempt.started","attempt":10', 'after', 1],
  ['before the workspace is an earlier version', RESTORE, 'before', BRANCH],
  ['while the workspace becomes an earlier version', RESTORE, 'after', BRANCH],
  ['before the briefing is kept', '# Attempt 10', 'before', 1],
  ['when the briefing is kept', '# Attempt 10', 'after', 1],
  ['by a power cut after the first reply', '"type":"model.replied","attempt":10,"turn":1', 'power', 1],
]

let undisturbed: Promise<Outcome> | null = null

function runUndisturbed(): Promise<Outcome> {
  undisturbed ??= (async () => {
    const directory = await makeCrashTask(CONFIG)
    expect(await runSession(directory)).toMatchObject({ exitCode: 0, stderr: '' })
    return readOutcome(directory)
  })()
  return undisturbed
}

test('nobody disturbed: directions, a fresh context, an earlier version, and one that helped', async () => {
  const { redirection, versions } = await runUndisturbed()
  expect(redirection.interventions.map(({ step, base }) => [step, base])).toEqual([
    ['redirect', undefined],
    ['redirect', undefined],
    ['fresh-context', 2],
    ['redirect', undefined],
    ['fresh-context', 3],
    ['branch', 1],
  ])
  expect(versions.map(({ attempt, base }) => [attempt, base])).toEqual([
    [0, undefined],
    [1, undefined],
    [3, undefined],
    [6, undefined],
    [10, 1],
  ])
})

test.for(MOMENTS)('killed %s, the run ends as if it had not been', async ([_name, matching, how, nth]) => {
  const outcome = await runUndisturbed()
  const directory = await makeCrashTask(CONFIG)
  expect((await runSession(directory, { matching, how, nth })).signal).toBe('SIGKILL')
  expect(await runSession(directory)).toMatchObject({ exitCode: 0, signal: null, stderr: '' })
  expect(await readOutcome(directory)).toEqual(outcome)
})
