import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderEvaluation } from '../../src/agent/comparison.ts'
import { listScratch } from '../../src/evaluation/scratch.ts'
import type { SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import type { Score } from '../../src/score.ts'
import { type Backend, describeBackends } from '../sandbox/backends.ts'
import { trialsOn } from './candidates.ts'
import { type CandidateEntry, REACHED } from './entry.ts'
import { type CandidateScorer, createCandidateScorer } from './score-candidate.ts'
import { NAP_SECONDS } from './scorers.ts'
import { createWorld, findLeftovers, photograph, type World } from './world.ts'

const MIB = 1024 ** 2
/** Low, so that what passes them costs little. */
const LIMITS = { memoryBytes: 700 * MIB, processes: 300, fileBytes: 64 * MIB }

/** Tries all candidates in one backend. */
export function describeCandidates(name: SandboxName): Promise<void> {
  return describeBackends('candidates', [name], tryCandidates, LIMITS)
}

function tryCandidates({ name, sandbox }: Backend): void {
  let world: World
  let scorer: CandidateScorer
  let before: readonly string[]

  beforeAll(async () => {
    world = await createWorld()
    scorer = await createCandidateScorer(world, sandbox)
    before = photographAround(world)
  })
  afterAll(() => world.close())

  for (const { entry, language } of trialsOn(name))
    test.concurrent(`${entry.name} in ${language}: ${entry.outcome}`, async () => {
      const edit = entry.edits[language]?.(world)
      if (edit === undefined) throw new Error('it is not written in this language')
      for (const score of await scorer.score(entry, language, edit)) expectOutcome(score, entry, world)
    })

  test('nothing is left, nobody was reached, and the person’s files are as they were', async () => {
    expect(await findLeftovers(world)).toEqual([])
    expect(world.connections()).toBe(0)
    expect(world.isStrangerAlive()).toBe(true)
    expect(photographAround(world)).toEqual(before)
    // Copies, results, pipes and arrays lay here.
    const temporary = join(world.task, 'candidates/tmp')
    expect([...readdirSync(temporary), ...(await listScratch(temporary))]).toEqual([])
  })
}

function photographAround({ home, canary, task }: World): readonly string[] {
  return [home, canary, join(task, 'scorer')].flatMap(photograph)
}

function expectOutcome(
  score: Score,
  { outcome, hides, family, isTimed }: CandidateEntry,
  world: World,
): void {
  const told = JSON.stringify(score)
  expect(told).not.toContain(world.secret)
  expect(told, told).not.toContain(REACHED)
  if (hides !== undefined) expect(tellAgent(score)).not.toMatch(hides)
  expect(score, told).toMatchObject({ correct: outcome !== 'rejected' })
  if (!score.correct || family === 'honest controls') return
  if (isTimed !== true) expect(score.value).toBe(1)
  // Who naps can't be faster than that, by any clock that tells the truth.
  for (const { value } of score.scores) expect(value, told).toBeLessThanOrEqual(1.02 / NAP_SECONDS)
}

/** What the agent hears of a score; the person hears more. */
function tellAgent(score: Score): string {
  const best = { correct: true, value: 1, scores: [] } as const
  return renderEvaluation(score, { number: 0, score: best }, 'maximize')
}
