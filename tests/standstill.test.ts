import { expect, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import type { RecordedEvent } from '../src/events.ts'
import { textOf } from '../src/model/model.ts'
import { openRun } from '../src/run.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'
import { makeTask } from './task.ts'

/** Plays a model that does the same for ever, with all of avo.yaml's defaults. */
async function play(
  script: (turn: number) => ScriptedReply,
  settings: Readonly<Record<string, string>> = {},
) {
  const overrides = Object.entries({
    'supervisor.redirect_with_llm': 'false',
    max_attempts: '40',
    ...settings,
  })
  const config = await readConfig(
    await makeTask(),
    overrides.map(([key, value]) => ({ key, value })),
  )
  const model = scriptedModel((_request, call) => script(call))
  const run = await openRun(config, { model })
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  try {
    const reason = await run.start(new AbortController().signal)
    return { reason, events, state: run.journal.state, requests: model.requests }
  } finally {
    run.close()
  }
}

const write = (content: string) => ['write_file', { path: 'value.txt', content }] as const

test('a model that makes one call for ever is told, redirected, and its run ended', async () => {
  const { reason, state, events, requests } = await play(() => ({ calls: [['list_files', {}]] }))
  expect(reason).toMatchObject({ kind: 'stuck', message: expect.stringContaining('went round in circles') })
  expect(state.ledger.map(({ stalled }) => stalled)).toEqual(Array.from({ length: 10 }, () => 'repeating'))
  expect(requests).toHaveLength(90)
  const said = requests.flatMap(({ messages }) => messages.map(textOf))
  expect(said.find((text) => text.includes('brought nothing new'))).toContain('(list_files)')
  const signs = events.flatMap((event) => (event.type === 'supervisor.intervened' ? [event.sign] : []))
  expect(signs).toEqual([
    expect.stringMatching(/^attempts 1, 2, 3 stood still/),
    expect.stringMatching(/^attempts 4, 5, 6 stood still/),
    expect.stringMatching(/^attempts 7, 8, 9 stood still/),
  ])
  expect(said.some((text) => text.includes('Follow this direction'))).toBe(true)
})

test('an edit that is made and taken back, and evaluated each time, is a circle', async () => {
  const { state, requests } = await play(
    (turn) => ({ calls: [write(turn % 2 === 0 ? '0.5' : '0.6'), ['evaluate', {}]] }),
    { max_attempts: '1' },
  )
  expect(state.ledger[0]).toMatchObject({ outcome: 'abandoned', stalled: 'repeating' })
  expect(requests).toHaveLength(10)
  const last = JSON.stringify(requests.at(-1)?.messages)
  expect(last).toContain('was evaluated before, in attempt 1: nothing was run')
  expect(state.evaluated.map(({ tree }) => tree)).toHaveLength(10)
  expect(new Set(state.evaluated.map(({ tree }) => tree)).size).toBe(2)
  expect(state.kept).toHaveLength(2)
})

test('an edit that changes nothing is said to, and is no progress', async () => {
  const { state, requests } = await play(() => ({ calls: [write('1\n')] }), { max_attempts: '1' })
  expect(JSON.stringify(requests[1]?.messages.at(-1))).toContain('value.txt says so already')
  expect(state.ledger[0]?.stalled).toBe('repeating')
  expect(requests).toHaveLength(8)
})

test('a command whose output is the same is the same, however long it takes', async () => {
  const { state, requests } = await play(
    (turn) => ({
      calls: [['run_shell', { command: 'echo same; sleep "0.0$(date +%N | cut -c1)"' }]],
      text: `${turn}`,
    }),
    { max_attempts: '1' },
  )
  expect(state.ledger[0]?.stalled).toBe('repeating')
  expect(requests).toHaveLength(9)
})
