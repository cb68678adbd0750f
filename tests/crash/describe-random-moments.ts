import { describe, expect, test } from 'vitest'
import { createRandom, type Random } from '../../src/gate/random.ts'
import { makeCrashTask, readOutcome, runSession, runUndisturbed } from './crash-task.ts'
import type { Crash } from './deadly.ts'

/** Added to every seed, to look for what the usual moments don't show. */
const SHIFT = Number(process.env['AVO_CRASH_SEED'] ?? 0)

/** Kills that each test deals out: one run stands them, or another one goes on where that ends before. */
const KILLS_PER_TEST = 10

const HOWS: readonly Crash['how'][] = ['before', 'after', 'torn', 'power']

/** Kills runs, so many times in all, at effects and after times that are drawn by lot. */
export function describeRandomMoments(firstSeed: number, kills: number): void {
  const seeds = Array.from({ length: kills / KILLS_PER_TEST }, (_, index) => firstSeed + SHIFT + index)
  describe(`a run that is killed ${KILLS_PER_TEST} times ends as if it had not been`, () => {
    test.for(seeds)('seed %i', async (seed) => {
      const { outcome, effects } = await runUndisturbed()
      const random = createRandom(seed)
      const crashes: (Crash | number)[] = []
      const expectEnd = async (directory: string): Promise<void> => {
        const story = JSON.stringify({ seed, crashes })
        expect(await readOutcome(directory), story).toEqual(outcome)
      }

      let directory = await makeCrashTask()
      for (let killed = 0; killed < KILLS_PER_TEST; ) {
        const crash = drawCrash(random, effects / KILLS_PER_TEST)
        crashes.push(crash)
        const { signal, exitCode, stderr } = await runSession(directory, crash)
        if (signal === 'SIGKILL') {
          killed += 1
          continue
        }
        expect({ exitCode, stderr, seed, crashes }).toMatchObject({ exitCode: 0, stderr: '' })
        await expectEnd(directory)
        directory = await makeCrashTask()
        crashes.length = 0
      }
      const last = await runSession(directory)
      expect({ ...last, seed, crashes }).toMatchObject({ exitCode: 0, signal: null, stderr: '' })
      await expectEnd(directory)
    })
  })
}

/** A moment: an effect of about so many, or a number of milliseconds after the start. */
function drawCrash(random: Random, effects: number): Crash | number {
  const how = HOWS[Math.floor(random() * HOWS.length)] ?? 'before'
  const part = random()
  return random() < 0.2 ? 200 + Math.floor(part * 800) : { how, nth: 1 + Math.floor(part * 2 * effects) }
}
