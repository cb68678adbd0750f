import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBackend } from '../sandbox/backends.ts'
import { ACTIONS } from './actions.ts'
import { CANDIDATES } from './candidates.ts'
import { type ActionEntry, REACHED } from './entry.ts'
import { runHostileAgent, writeTask } from './hostile-run.ts'
import { createCandidateScorer } from './score-candidate.ts'
import { createWorld, findFiles, type World } from './world.ts'

/**
 * An attack that could not get through anywhere would prove nothing. So what plain processes don't promise is tried there,
 * and must get through: in this world, whose files and processes are nobody's.
 */

const NEVER = new AbortController().signal
const { sandbox } = await openBackend('process')

/** What would get through to the machine itself, or only for root. */
const NOT_OURS_TO_TRY = ['system-clock', 'machine-clock', 'loader-files', 'priority-raised']
const isOpen = ({ name, promisedBy }: Pick<ActionEntry, 'name' | 'promisedBy'>): boolean =>
  !promisedBy.includes('process') && !NOT_OURS_TO_TRY.includes(name)

let world: World

beforeAll(async () => {
  world = await createWorld()
  writeTask(world, 'process')
  await runHostileAgent(world, [], () => {})
})
afterAll(async () => {
  for (const path of findFiles(world.mark)) rmSync(path, { force: true })
  await world.close()
})

describe('an agent without isolation', () => {
  for (const entry of ACTIONS.filter(isOpen))
    test(`does what ${entry.name} tries`, async () => {
      for (const [tool, { command }] of entry.calls(world)) {
        if (tool !== 'run_shell' || typeof command !== 'string') continue
        const argv = ['/bin/sh', '-c', command] as const
        const cwd = `${world.task}/workspace`
        const { exitCode, output } = await sandbox.exec({ argv, cwd, timeoutSeconds: 60 }, NEVER)
        expect(exitCode, output).toBe(0)
      }
    })
})

describe('a candidate without isolation', () => {
  const probes = CANDIDATES.filter((entry) => isOpen(entry) && entry.edits.python !== undefined)
  for (const entry of probes.filter(({ outcome, name }) => outcome === 'no effect' && !isLeftAlone(name)))
    test(`does what ${entry.name} tries`, async () => {
      const scorer = await createCandidateScorer(world, sandbox)
      const edit = entry.edits.python?.(world)
      if (edit === undefined) throw new Error('it is not written in Python')
      expect(JSON.stringify(await scorer.score(entry, 'python', edit))).toContain(REACHED)
    })
})

/** Does not tell of itself: what it leaves or writes shows it. */
function isLeftAlone(name: string): boolean {
  return ['daemon', 'daemon-nameless', 'result-at-exit'].includes(name)
}
