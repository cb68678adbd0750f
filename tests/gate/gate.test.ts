import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/events.ts'
import { describeDoubt } from '../../src/gate/preview.ts'
import { redecide } from '../../src/gate/redecide.ts'
import { foldEvent } from '../../src/run-fold.ts'
import { createRunFold } from '../../src/run-start.ts'
import { openGitLineage } from '../../src/storage/git-lineage.ts'
import { type OpenTask, openTask } from './noisy-task.ts'

const never = new AbortController().signal
const reasons = ({ journal }: OpenTask): readonly string[] => journal.state.ledger.map(({ reason }) => reason)
const roundsIn = ({ journal }: OpenTask): readonly string[] =>
  journal.events.flatMap((event) => (event.type === 'gate.sampled' ? [event.round.stage] : []))

describe('a noisy scorer', () => {
  test('a gain above the noise is measured, confirmed and committed with its evidence', async () => {
    const task = await openTask({ noise: 0.01, git: true })
    await task.run('a=1.05\nb=1.05\n', 'a=1.0501\nb=1.0501\n')
    const { versions, ledger, comparison } = task.journal.state
    expect(ledger.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected'])
    expect(versions[1]).toMatchObject({
      gain: expect.closeTo(0.05, 1.8),
      evidence: { rounds: 13, held: null, unconfirmed: false, z: expect.any(Number) },
    })
    const { low = 1, high = 0 } = versions[1]?.evidence?.interval ?? {}
    expect(low).toBeLessThan(0.05)
    expect(high).toBeGreaterThan(0.05)
    expect(comparison).toMatchObject({
      version: 1,
      differs: false,
      gain: expect.closeTo(0.05, 1.5),
      counted: 10,
    })

    const message = execFileSync('git', ['-C', task.lineage.directory, 'log', '-1', '--format=%B'])
    const trailers = execFileSync('git', ['interpret-trailers', '--parse'], {
      input: message,
      encoding: 'utf8',
    })
    expect(trailers).toMatch(/^Avo-Gain: \+\d\.\d% \[\+\d\.\d%, \+\d\.\d%\]$/m)
    expect(trailers).toMatch(/^Avo-Rounds: 13$/m)
    expect(trailers).toMatch(/^Avo-Z: \d\.\d$/m)
    expect(trailers).toMatch(/^Avo-Worst: "[ab]" \+\d\.\d%$/m)
    const reopened = await openGitLineage({
      directory: task.lineage.directory,
      recordsDirectory: `${task.directory}/records`,
      editable: ['**'],
      project: 'noisy',
    })
    expect(reopened.versions[1]?.evidence).toMatchObject({
      rounds: 13,
      worst: { configuration: expect.stringMatching(/^[ab]$/) },
    })
  })

  test('both are measured on the same inputs, one right after the other, and never on the same again', async () => {
    const task = await openTask({ noise: 0.01 })
    await task.run('a=1.05\nb=1.05\n')
    const [seed, ...inputs] = await task.readInputs()
    expect(seed).toBe('')
    const rounds = Array.from({ length: inputs.length / 2 }, (_, index) =>
      inputs.slice(2 * index, 2 * index + 2),
    )
    for (const [one, other] of rounds) expect(other).toBe(one)
    expect(new Set(inputs).size).toBe(rounds.length)
    const firsts = task.journal.events.flatMap((event) =>
      event.type === 'gate.sampled' ? [event.round.first] : [],
    )
    expect(new Set(firsts)).toEqual(new Set(['candidate', 'reference']))
  })

  test('a configuration that pays for the other is refused', async () => {
    const task = await openTask({ noise: 0.005 })
    await task.run('a=1.5\nb=0.8\n')
    expect(reasons(task)[0]).toMatch(
      /^b is -\d+\.\d% against v0, where it was best; -3\.0% is let through: vetoed/,
    )
  })

  test('every verdict can be redone from the journal', async () => {
    const task = await openTask({ noise: 0.01, fates: ['1.2 1.2 crashes'] })
    await task.run('a=1.05\nb=1.05\n', 'a=1\nb=1.01\n', 'a=1.2\nb=1.2\n', 'a=1.5\nb=0.8\n', 'a=15\nb=15\n')
    const events: readonly RecordedEvent[] = JSON.parse(JSON.stringify(task.journal.events))
    const redone = redecide(events)
    expect(redone).toHaveLength(5)
    for (const { recorded, redone: again } of redone) expect(again).toEqual(recorded)
    expect(redone.map(({ recorded }) => recorded.outcome)).toEqual([
      'better',
      'not-better',
      'not-better',
      'not-better',
      'better',
    ])
    expect(task.journal.state.versions.at(-1)?.evidence?.held).toMatchObject({
      change: expect.closeTo(13.3, 0),
    })
    const forged = events.map((event) =>
      event.type === 'gate.sampled' && event.attempt === 1
        ? { ...event, round: { ...event.round, candidate: event.round.reference } }
        : event,
    )
    expect(redecide(forged)[0]?.redone?.outcome).not.toBe('better')
  })

  test('a gate that was cut off goes on with the rounds that it had', async () => {
    const task = await openTask({ noise: 0.01 })
    await task.run('a=1\nb=1.001\n')
    const { journal, gate, lineage } = task
    const solution = await task.propose('a=1.05\nb=1.05\n')
    journal.record({ type: 'attempt.started', attempt: 2 })
    journal.record({ type: 'solution.submitted', attempt: 2, solution })
    const best = journal.state.versions[0]
    if (best === undefined) throw new Error('there is no seed')
    const controller = new AbortController()
    const { record } = journal
    journal.record = (event) => {
      record(event)
      if (journal.state.attempt?.gate?.rounds.length === 4) controller.abort()
    }
    await expect(gate.decide(solution, best, controller.signal)).rejects.toThrow()
    journal.record = record
    const before = journal.state.attempt?.gate?.rounds
    expect(before).toHaveLength(4)

    const verdict = await gate.decide(solution, best, never)
    expect(verdict.outcome).toBe('better')
    expect(verdict.outcome === 'better' && verdict.evidence.rounds).toBe(13)
    expect(journal.state.attempt?.gate?.rounds.slice(0, 4)).toEqual(before)
    expect(lineage.versions).toHaveLength(1)
  })

  test('the same code in other clothes gets the earlier verdict, and no rounds', async () => {
    const task = await openTask({ noise: 0.01 })
    await task.run('a=1.05\nb=1.05\n', 'a=1.05\nb=1.05\n# faster\n', 'a=1\nb=1.02\n')
    const rounds = roundsIn(task).length
    await task.run('a=1 # one\nb=1.02\n', '# seed\na=1\n\nb=1\n')
    expect(roundsIn(task)).toHaveLength(rounds)
    expect(reasons(task).slice(1)).toEqual([
      'the same code as v1, but for comments and white space',
      expect.stringContaining('not better'),
      expect.stringMatching(/^the same code as in attempt 3, .* its verdict stands: .*not better$/),
      'the same code as v0, but for comments and white space',
    ])
  })
})

describe('what fails', () => {
  test('a candidate that is wrong on fresh rounds is incorrect, however much faster', async () => {
    const task = await openTask({ noise: 0.01, fates: ['2 2 is wrong in run 9'] })
    await task.run('a=2\nb=2\n')
    expect(task.journal.state.ledger).toMatchObject([{ outcome: 'rejected', gain: null }])
    expect(task.journal.state.lastVerdict?.score).toMatchObject({ correct: false, failure: 'incorrect' })
  })

  test('a crash is repeated for both, once', async () => {
    const once = await openTask({ noise: 0.01, fates: ['1.1 1.1 crashes in run 2'] })
    await once.run('a=1.1\nb=1.1\n')
    expect(once.journal.state.ledger).toMatchObject([{ outcome: 'accepted' }])
    expect(once.journal.state.versions[1]?.evidence?.rounds).toBe(13)

    const twice = await openTask({
      noise: 0.01,
      fates: ['1.1 1.1 crashes in run 2', '1.1 1.1 crashes in run 5'],
    })
    await twice.run('a=1.1\nb=1.1\n')
    expect(twice.journal.state.ledger).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('it broke'), gain: null },
    ])
  })

  test('where the best version fails, the solution is set aside: no failure of the agent', async () => {
    const task = await openTask({ noise: 0.01 })
    await task.run('a=1.05\nb=1.05\n')
    await task.setFates('1.05 1.05 crashes')
    const failures = task.journal.state.failedAttempts
    await task.run('a=1.2\nb=1.2\n')
    expect(task.journal.state.ledger.at(-1)).toMatchObject({
      outcome: 'indecisive',
      reason: expect.stringContaining('failed twice'),
    })
    expect(task.journal.state.failedAttempts).toBe(failures)
    const verdicts = task.journal.events.filter(
      (event) => event.type === 'gate.decided' && event.attempt === 2,
    )
    expect(verdicts).toHaveLength(3)

    await expect(task.run('a=1.3\nb=1.3\n', 'a=1.4\nb=1.4\n')).rejects.toMatchObject({
      code: 'scorer',
      message: expect.stringContaining('3 solutions in a row could not be measured'),
    })
    await task.setFates()
    await task.run('a=1.2\nb=1.2\n')
    expect(task.journal.state.ledger.at(-1)).toMatchObject({ outcome: 'accepted' })
  })
})

describe('a deterministic scorer', () => {
  test('is found out in two rounds; then one run rejects, and two that agree accept', async () => {
    const task = await openTask()
    await task.run('a=1\nb=1.000001\n', 'a=1\nb=0.999\n', 'a=1\nb=1.000002\n')
    expect(task.journal.state.ledger.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'rejected',
      'accepted',
    ])
    expect(roundsIn(task)).toEqual(['exact', 'exact', 'exact', 'exact', 'exact'])
    expect(task.journal.state.versions[1]?.evidence).toMatchObject({ interval: null, rounds: 2 })
    // The seed, two rounds with its copy, three candidates of which two run again, and the comparison at the end.
    expect(await task.countRuns()).toBe(1 + 4 + 5 + 2)
    expect(task.journal.state.evaluations).toBe(4 + 5 + 2)
  })

  test('the newest version is compared with the seed every ten versions and at the end', async () => {
    const task = await openTask()
    const steps = Array.from({ length: 12 }, (_, step) => `a=1\nb=1.0${String(step + 1).padStart(2, '0')}\n`)
    await task.run(...steps)
    const compared = task.journal.events.flatMap((event) =>
      event.type === 'lineage.compared' ? [event.comparison] : [],
    )
    expect(compared.map(({ version }) => version)).toEqual([10, 12])
    expect(compared[1]).toMatchObject({ differs: false, gain: expect.closeTo(Math.sqrt(1.012) - 1, 9) })
    await task.run()
    expect(task.journal.events.filter(({ type }) => type === 'lineage.compared')).toHaveLength(2)
  })
})

describe('what the agent is told', () => {
  test('a few rounds with what they are worth, and the gate knows nothing of them', async () => {
    const task = await openTask({ noise: 0.01 })
    await task.run()
    const best = task.journal.state.versions[0]
    if (best === undefined) throw new Error('there is no seed')
    const nothing = await task.gate.preview((await task.propose('a=1\nb=1.001\n')).tree, best, never)
    expect(describeDoubt(nothing)).toMatch(
      /^ \[-[\d.]+%, \+[\d.]+%\], 3 rounds: within noise; can detect \d\.\d%$/,
    )
    const much = await task.gate.preview((await task.propose('a=1.1\nb=1.1\n')).tree, best, never)
    expect(describeDoubt(much)).toMatch(/^ \[\+[\d.]+%, \+[\d.]+%\], 3 rounds; can detect \d\.\d%$/)
    expect(much.score).toMatchObject({ correct: true, value: expect.closeTo(1.1, 1) })
    expect(task.journal.events.at(-1)).toMatchObject({
      type: 'candidate.evaluated',
      by: 'agent',
      scorerRuns: 6,
    })
    expect(roundsIn(task)).toEqual([])
  })

  test('a candidate that fails is told so at once', async () => {
    const task = await openTask({ noise: 0.01, fates: ['1.1 1.1 crashes'] })
    await task.run()
    const best = task.journal.state.versions[0]
    if (best === undefined) throw new Error('there is no seed')
    const preview = await task.gate.preview((await task.propose('a=1.1\nb=1.1\n')).tree, best, never)
    expect(preview.score).toMatchObject({ correct: false, failure: 'crash' })
    expect(describeDoubt(preview)).toBe('')
  })
})

test('noise that was measured on another machine, or with another scorer, does not count', () => {
  const state = createRunFold()
  const at = '2026-01-01T00:00:00.000Z'
  const calibration = { scorer: 's', machine: 'm', version: 0, rounds: [] }
  const gate = { codeId: 'c', rules: {} as never }
  foldEvent(state, { at, type: 'gate.calibrated', calibration })
  foldEvent(state, { at, type: 'attempt.started', attempt: 1 })
  foldEvent(state, { at, type: 'gate.opened', attempt: 1, ...gate })
  foldEvent(state, { at, type: 'gate.calibrated', calibration: { ...calibration, machine: 'another' } })
  expect(state.attempt?.gate).toBeUndefined()
  foldEvent(state, { at, type: 'gate.opened', attempt: 1, ...gate })
  const score = { correct: true as const, value: 1, scores: [] }
  foldEvent(state, { at, type: 'version.remeasured', number: 0, score, scorer: 'another' })
  expect(state.attempt?.gate).toBeUndefined()
  expect(state.calibration).toBeNull()
})
