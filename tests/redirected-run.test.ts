import { join } from 'node:path'
import { simpleGit } from 'simple-git'
import { describe, expect, test } from 'vitest'
import { renderInterventions } from '../src/cli/supervisor-log.ts'
import { readConfig } from '../src/config/config.ts'
import type { RecordedEvent } from '../src/events.ts'
import { type ModelRequest, textOf } from '../src/model/model.ts'
import { openRun } from '../src/run.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'
import { makeTask } from './task.ts'

type Script = (request: ModelRequest, call: number) => ScriptedReply

/** Plays a scripted agent with a scripted supervisor of its own, where one is given. */
async function play(
  script: Script,
  settings: Readonly<Record<string, string>> = {},
  supervisor?: Script,
  task?: string,
) {
  const overrides = Object.entries({ 'supervisor.redirect_with_llm': 'false', ...settings })
  const directory = task ?? (await makeTask())
  const config = await readConfig(
    directory,
    overrides.map(([key, value]) => ({ key, value })),
  )
  const model = scriptedModel(script)
  const stronger = { ...scriptedModel(supervisor ?? (() => ({}))), name: 'scripted/stronger' }
  const run = await openRun(config, { model, ...(supervisor === undefined ? {} : { supervisor: stronger }) })
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  try {
    const reason = await run.start(new AbortController().signal)
    return { reason, events, directory, state: structuredClone(run.journal.state), requests: model.requests }
  } finally {
    run.close()
  }
}

const write = (content: string) => ['write_file', { path: 'value.txt', content }] as const
const submit = ['submit', { summary: 'another number' }] as const
const evaluate = ['evaluate', {}] as const
/** Everything that was said to the model before its reply. */
const saidIn = (request: ModelRequest): string => request.messages.map(textOf).join('\n')
const briefingOf = (request: ModelRequest): string =>
  request.messages.map(textOf).findLast((text) => text.startsWith('# Attempt')) ?? ''

describe('a model that can not get on gets the right sign and another direction', () => {
  const cases: Readonly<
    Record<string, { readonly script: Script; readonly sign: string; readonly told: string }>
  > = {
    'repeats itself': {
      script: () => ({ calls: [['list_files', {}]] }),
      sign: 'standing-still',
      told: 'Do something that you have not done in this run',
    },
    'oscillates between two trees': {
      script: (_request, call) => ({ calls: [write(call % 2 === 0 ? '0.5' : '0.6'), evaluate, submit] }),
      sign: 'cycle',
      told: 'Leave both of the solutions that came in turns',
    },
    'never evaluates': {
      script: (_request, call) => ({ calls: [write(String(1 / (call + 1)))] }),
      sign: 'unevaluated',
      told: 'call `evaluate` at once',
    },
    'fails in the same way': {
      script: (_request, call) => ({ calls: [write(`x${call}`), evaluate, submit] }),
      sign: 'same-failure',
      told: 'find the smallest change that does not fail in this way',
    },
    'has one idea in other words again and again': {
      script: (_request, call) => ({
        calls: [
          write(String(1 / (call + 1))),
          evaluate,
          ['submit', { summary: `Halve the number ${call} times` }],
        ],
      }),
      sign: 'same-idea',
      told: 'Leave this idea, whatever its figures',
    },
  }
  test.each(Object.entries(cases))('%s', async (_name, { script, sign, told }) => {
    const { events, state, requests } = await play(script, {
      max_attempts: '8',
      max_agent_steps_per_variation: '12',
      'supervisor.attempts_per_direction': '1',
    })
    const [first] = state.redirection.interventions
    expect(first).toMatchObject({ kind: sign, step: 'redirect' })
    expect(first?.directions[0]?.what).toContain(told)
    const directed = requests.map(briefingOf).filter((text) => text.includes(`${first?.sign}`))
    const followed = new Set(
      directed.map((text) => /^- (.*)$/m.exec(text.split('## Directions')[1] ?? '')?.[1]),
    )
    expect(followed.size).toBeGreaterThan(1)
    expect(followed.isSubsetOf(new Set(first?.directions.map(({ what }) => what)))).toBe(true)
    expect(events.filter(({ type }) => type === 'direction.chosen').length).toBeGreaterThan(1)
    expect(new Set(state.ledger.flatMap(({ direction = [] }) => direction)).size).toBeGreaterThan(1)
    const [intervention = '', ...others] = renderInterventions(state).split('\n\n')
    expect(intervention).toMatch(
      new RegExp(`^after attempt \\d+  ${sign}: .*\n  3 directions: \\d+ attempts`),
    )
    const outcomes = [...intervention.matchAll(/^ {2}\d\. \w+: (.*)\n {5}(.*)$/gm)].map(([, , came]) => came)
    expect(outcomes).toEqual(
      first?.directions.map(() => expect.stringMatching(/^1 attempt \(\d+\), no version$/)),
    )
    expect(others.at(-1)).toContain('0 of them brought versions')
  })
})

describe('where directions do not help', () => {
  /** The first attempt makes v1, which nothing after it passes. */
  const hopeless: Script = (_request, call) => ({ calls: [write(String(call === 1 ? 2 : 1 / call)), submit] })
  const hasty = {
    max_attempts: '40',
    'supervisor.max_failed_attempts': '1',
    'supervisor.max_interventions': '4',
  }

  test('the agent begins anew, takes another way, is replaced, and the run ends with the reason', async () => {
    const stronger: string[] = []
    const { reason, state, events, requests } = await play(hopeless, hasty, (request, call) => {
      stronger.push(saidIn(request))
      return { calls: [write(String(0.01 / call)), submit] }
    })
    expect(reason).toMatchObject({ kind: 'stalled', message: expect.stringContaining('4 interventions') })
    const steps = state.redirection.interventions.map(({ step, base }) => [step, base])
    expect(steps).toEqual([
      ['redirect', undefined],
      ['fresh-context', 1],
      ['branch', 0],
      ['stronger-model', 1],
      ['end', undefined],
    ])
    const begun = [...requests.map(saidIn), ...stronger].filter((text) =>
      text.includes('The attempts, oldest first'),
    )
    // Attempts 1 and 2, three directions, and then three beginnings with nothing said before them but the record.
    expect(requests.map(({ messages }) => messages.length === 1)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      true,
      false,
      false,
    ])
    expect(begun.length).toBeGreaterThan(0)
    expect(stronger).toHaveLength(3)
    expect(stronger[0]).toContain('It is v1, unchanged.')
    expect(briefingOf(requests[8] ?? { system: '', messages: [], tools: [] })).toMatch(
      /It is v0, unchanged\.\nThat is an earlier version.* measured against v1 all the same/,
    )
    expect(events.find(({ type }) => type === 'model.replaced')).toMatchObject({ to: 'scripted/stronger' })
    expect(events.filter(({ type }) => type === 'workspace.changed')).toEqual([])
    expect(renderInterventions(state)).toContain('5 interventions, 0 of them brought versions.')
  })

  test("the supervisor's own model reviews the search, sees what came of its directions, and is paid for", async () => {
    const reviews: ModelRequest[] = []
    const command = 'hyperfine() { echo "most of it in main"; }; hyperfine ./value'
    const { state, requests } = await play(
      (request, call) => ({
        calls: [['run_shell', { command }], ...(hopeless(request, call).calls ?? [])],
      }),
      { ...hasty, max_attempts: '4', 'supervisor.redirect_with_llm': 'true' },
      (request) => {
        reviews.push(request)
        const what = `Look at it in way ${reviews.length}.`
        return { text: JSON.stringify({ directions: [{ kind: 'profile', what }] }), costUsd: 0.5 }
      },
    )
    expect(reviews.map(({ tools }) => tools.length)).toEqual([0, 0])
    expect(requests.every(({ tools }) => tools.length > 0)).toBe(true)
    expect(state.costUsd).toBe(1)
    expect(saidIn(reviews[1] ?? { system: '', messages: [], tools: [] })).toMatch(
      /direction 1 \(profile\): Look at it in way 1\. — 1 attempt, no version/,
    )
    expect(saidIn(reviews[0] ?? { system: '', messages: [], tools: [] })).toMatch(
      /<document>\n.*- attempt 2: hyperfine\(\).*\nmost of it in main\n.*<\/document>/s,
    )
    expect(requests.map(briefingOf).at(-1)).toContain('- Look at it in way 2.')
  })

  test('a version from an earlier one says so in its commit, and all begins from the front', async () => {
    const { directory, state } = await play(
      (request, call) => {
        const isBranch = briefingOf(request).includes('That is an earlier version')
        return isBranch ? { calls: [write('3'), submit] } : hopeless(request, call)
      },
      { ...hasty, max_versions: '2' },
    )
    expect(state.versions.map(({ base }) => base)).toEqual([undefined, undefined, 0])
    const message = await simpleGit(join(directory, 'workspace')).raw(
      'log',
      '-1',
      '--format=%(trailers:key=Avo-Base,valueonly)%P',
    )
    const parent = await simpleGit(join(directory, 'workspace')).revparse('avo/v1')
    expect(message.trim().split('\n').filter(Boolean)).toEqual(['v0', parent])
    expect(state.redirection).toMatchObject({ fruitless: 0, base: null, queue: [], inForce: null })
    expect(renderInterventions(state)).toMatch(/another way from v0: 1 attempt \(\d+\), v2, \+50\.0%/)
  })

  test('a run that was given up goes on when it is started again, and one without headroom does not', async () => {
    const { directory, state } = await play(hopeless, { ...hasty, 'supervisor.max_interventions': '1' })
    const again = await play(
      hopeless,
      { ...hasty, 'supervisor.max_interventions': '1' },
      undefined,
      directory,
    )
    expect(again.reason.kind).toBe('stalled')
    expect(again.state.ledger.length).toBeGreaterThan(state.ledger.length)
    const full = await play(hopeless, { ...hasty, 'gate.bound': '2' }, undefined, directory)
    expect(full.reason).toMatchObject({
      kind: 'stalled',
      message: expect.stringContaining('nothing left to gain'),
    })
    expect(full.requests).toEqual([])
  })
})
