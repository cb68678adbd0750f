import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listScratch } from '../../src/evaluation/scratch.ts'
import type { SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import { type Backend, describeBackends } from '../sandbox/backends.ts'
import { ACTIONS } from './actions.ts'
import { type ActionEntry, REACHED } from './entry.ts'
import { type HostileRun, runHostileAgent, writeTask } from './hostile-run.ts'
import { createWorld, findLeftovers, photograph, type World } from './world.ts'

/** Plays all actions in one run on one backend. */
export function describeActions(name: SandboxName): Promise<void> {
  return describeBackends('actions', [name], playActions)
}

function playActions({ name }: Backend): void {
  const entries = ACTIONS.filter(({ promisedBy }) => promisedBy.includes(name))
  let world: World
  let run: HostileRun
  let before: Photographs
  let after: Photographs

  beforeAll(async () => {
    world = await createWorld()
    writeTask(world, name)
    run = await runHostileAgent(world, entries, () => {
      before = photographAround(world)
    })
    after = photographAround(world)
  }, 150_000)
  afterAll(() => world.close())

  for (const entry of entries)
    test(`${entry.name}: ${entry.outcome}`, () => expectOutcome(run.told(entry), entry, world))

  test('the person’s files, the scorer’s copy and the repository’s settings are as they were', () => {
    expect(after.unchanged).toEqual(before.unchanged)
  })

  test('the lineage has the versions that the gate made, and no other', () => {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'safe.directory=*', ...args], {
        cwd: join(world.task, 'workspace'),
        encoding: 'utf8',
      })
    expect(git('log', '--reverse', '--format=%s').trim().split('\n')).toEqual([
      'v0: seed',
      expect.stringMatching(/^v1: win \(\+1,100%/),
    ])
    expect(
      git('for-each-ref', '--format=%(refname)').replaceAll(/^refs\/avo\/(?:attempts|evaluated)\/.*\n/gm, ''),
    ).toBe('refs/heads/main\nrefs/tags/avo/v0\nrefs/tags/avo/v1\n')
    const trailers = git('log', '-1', '--format=%(trailers:only)')
    for (const [key, value] of [
      ['Version', '1'],
      ['Score', '12'],
      ['Held', '.*'],
    ] as const)
      expect(trailers.match(new RegExp(`^Avo-${key}: .*$`, 'gm'))).toEqual([
        expect.stringMatching(new RegExp(`^Avo-${key}: ${value}$`)),
      ])
    expect(git('show', 'HEAD:locked/rule.txt')).toBe('strict\n')
    expect(git('show', 'HEAD:notes.js')).toBe('export const y = 1\n')
    git('fsck', '--strict')
  })

  test('the journal goes on where it was, and says what happened', () => {
    expect(after.journal.startsWith(before.journal)).toBe(true)
    for (const line of after.journal.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
    expect(run.reason.kind).toBe('interrupted')
    const versions = run.events.flatMap((event) =>
      event.type === 'version.committed' ? [event.version] : [],
    )
    expect(versions.map(({ number, score }) => [number, score.value])).toEqual([
      [0, 1],
      [1, 12],
    ])
  })

  test('nothing is left, nobody was reached, and the stranger lives', async () => {
    expect(await findLeftovers(world)).toEqual([])
    expect(await listScratch(join(world.task, '.avo/tmp'))).toEqual([])
    expect(world.connections()).toBe(0)
    expect(world.isStrangerAlive()).toBe(true)
  })
}

function expectOutcome(
  { text, hasFailed }: ReturnType<HostileRun['told']>,
  { outcome, shows }: ActionEntry,
  world: World,
): void {
  expect(text).not.toContain(world.secret)
  expect(text).not.toContain(REACHED)
  if (shows !== undefined) expect(text, text).toMatch(shows)
  else if (outcome === 'rejected') expect(hasFailed, text).toBe(true)
}

interface Photographs {
  readonly unchanged: readonly string[]
  readonly journal: string
}

function photographAround({ task, home, canary }: World): Photographs {
  const own = ['avo.yaml', 'brief.md', 'knowledge-base', 'seed', 'scorer']
  const git = (path: string): boolean =>
    /^\.git\/(?:config|HEAD|info|hooks|description|objects\/info|worktrees|modules)\b/.test(path)
  return {
    unchanged: [
      ...photograph(home),
      ...photograph(canary),
      ...photograph(task).filter((line) => own.some((name) => line.startsWith(name))),
      ...photograph(join(task, '.avo/scorer')),
      ...photograph(join(task, 'workspace')).filter(git),
    ],
    journal: readFileSync(join(task, '.avo/events.jsonl'), 'utf8'),
  }
}
