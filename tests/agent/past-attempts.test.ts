import { describe, expect, test } from 'vitest'
import { renderAttemptLine, renderAttemptRecord } from '../../src/agent/past-attempts.ts'
import { createReaddedRemark } from '../../src/agent/readded-remark.ts'
import { createPastSearch } from '../../src/agent/search-past.ts'
import type { AttemptRecord, KeptCandidate } from '../../src/attempt.ts'
import { readConfig } from '../../src/config/config.ts'
import type { RunState } from '../../src/journal.ts'
import { createKeywordIndex } from '../../src/knowledge/keyword-index.ts'
import { textOf } from '../../src/model/model.ts'
import { openRun } from '../../src/run.ts'
import { attemptLesson, learnAll } from '../lessons/lessons.ts'
import { memoryJournal } from '../memory-journal.ts'
import { type ScriptedReply, scriptedModel } from '../scripted-model.ts'
import { version } from '../storage/versions.ts'
import { rejected } from '../supervision/events.ts'
import { makeTask } from '../task.ts'

/** A program of one line, whose score is the number in it; a comment or more lines change nothing. */
const FILES = {
  'avo.yaml': `project_name: lines
brief: Make the number larger.
llm: { provider: builtin }
seed: seed
scorer: { command: [sh, score.sh] }
supervisor: { enabled: false }
`,
  'seed/value.js': 'const value = 1\n',
  'scorer/score.sh': `value=$(sed -n 's/^const value = //p' "$AVO_CANDIDATE/value.js")
printf '{"correct": true, "scores": {"a": %s}}' "$value" > "$AVO_RESULT"
`,
}

const IDEA = [
  'const table = new Map()',
  'for (const key of keys) table.set(key, 1)',
  'const total = [...table.keys()]',
]
const put = (...lines: readonly (string | number)[]) => {
  const [value, ...rest] = lines
  return [
    'write_file',
    { path: 'value.js', content: `const value = ${value}\n${rest.join('\n')}\n` },
  ] as const
}
const evaluate = ['evaluate', {}] as const
const submit = (summary: string) => ['submit', { summary }] as const

/** Plays replies through a whole run; gives the answers to each reply's calls. */
async function play(
  script: readonly ScriptedReply[],
  maxAttempts: number,
  settings: Readonly<Record<string, string>> = {},
) {
  const directory = await makeTask(FILES)
  const set = Object.entries({ max_attempts: String(maxAttempts), ...settings })
  const config = await readConfig(
    directory,
    set.map(([key, value]) => ({ key, value })),
  )
  const model = scriptedModel([...script, {}])
  const run = await openRun(config, { model })
  const kinds: string[] = []
  run.journal.subscribe((event) => kinds.push(event.type === 'candidate.evaluated' ? event.by : event.type))
  try {
    await run.start(new AbortController().signal)
  } finally {
    run.close()
  }
  const said = model.requests.map(({ messages }) =>
    textOf(messages.at(-1) ?? { role: 'user', content: [] }).concat(
      ...(messages.at(-1)?.content ?? []).map((block) => (block.type === 'tool_result' ? block.text : '')),
    ),
  )
  return { said, state: run.journal.state, evaluations: kinds.filter((kind) => kind === 'agent').length }
}

test('code that was evaluated, submitted or accepted before costs no run of the scorer', async () => {
  const { said, state, evaluations } = await play(
    [
      { text: 'I will take half.', calls: [put('0.5'), evaluate] },
      { calls: [put('0.5', '// the same with a comment'), evaluate] },
      { calls: [submit('half')] },
      { calls: [put('2'), evaluate] },
      { calls: [submit('two')] },
      { calls: [put('0.5', '', '// half once more'), evaluate] },
      { calls: [put('2', '// two with a comment'), evaluate] },
      { calls: [put('1'), evaluate] },
      { calls: [submit('one')] },
    ],
    3,
  )
  expect(evaluations).toBe(2)
  expect(said[2]).toMatch(/Correct: 0\.5 against 1 of v0, -50.*in attempt 1: nothing was run/s)
  expect(said[6]).toMatch(
    /Nothing was run: this is the same code as in attempt 1.*its verdict stands.*when v0 was the best version; v1 is \+100/s,
  )
  expect(said[7]).toContain('Nothing was run: this is the same code as v1')
  expect(said[8]).toContain('the same code as v0')
  expect(state.ledger.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'rejected'])
  expect(state.ledger[0]).toMatchObject({ hypothesis: 'I will take half.', kept: 1 })
  expect(state.ledger[2]).toMatchObject({ gain: null })
})

test('an idea that was given up is found, read, taken up, and recognised when it is typed again', async () => {
  const { said, state } = await play(
    [
      { text: 'I will memoise keys in a table.', calls: [put('0.5', ...IDEA), evaluate] },
      { calls: [submit('memoise keys in a table')] },
      { calls: [['search_attempts', { query: 'memoising with tables' }]] },
      { calls: [['read_attempt', { attempt: 1 }]] },
      { calls: [put('0.6', ...IDEA), evaluate] },
      {
        calls: [
          ['take_up_attempt', { attempt: 1 }],
          ['read_file', { path: 'value.js' }],
        ],
      },
      { calls: [['take_up_attempt', { attempt: 7 }]] },
      { calls: [['read_attempt', { attempt: 1, evaluation: 2 }]] },
      { calls: [put('3'), submit('three')] },
    ],
    2,
  )
  expect(said[3]).toMatch(/^- attempt 1, rejected: "memoise keys in a table"/m)
  expect(said[4]).toMatch(
    /Attempt 1: rejected, held against v0.*Hypothesis: I will memoise.*^\+const table = new Map\(\)$/ms,
  )
  expect(said[4]).toMatch(/^Learnt: no gain \(attempt 1\): "memoise keys in a table"/m)
  expect(said[5]).toMatch(/3 of the 4 lines that you add were there before.*went with attempt 1:/s)
  expect(said[6]).toContain('const table = new Map()')
  expect(said[7]).toContain('there is no past attempt 7')
  expect(said[8]).toContain('no evaluation 2 of attempt 1')
  expect(state.visits).toEqual([0, 1])
})

describe('an idea that is typed again', () => {
  const half = { calls: [put('0.5', ...IDEA), submit('a table')] }
  const other = (value: string) => ({ calls: [put(value), submit(`only ${value}`)] })

  test('is measured only where the agent insists, of which it is asked once in an attempt', async () => {
    const { said, evaluations, state } = await play(
      [
        half,
        other('0.6'),
        { calls: [put('0.7', ...IDEA), evaluate] },
        { calls: [evaluate] },
        { calls: [put('0.8', ...IDEA), evaluate] },
        { calls: [submit('the table, a little faster')] },
        other('0.65'),
        { calls: [put('0.9', ...IDEA), submit('the table once more')] },
        { calls: [submit('the table once more')] },
      ],
      5,
    )
    expect(said[3]).toMatch(/nothing was run: 3 of the 4 lines .* attempt 1: .*Call evaluate again/s)
    expect(said[4]).toMatch(/^Correct: 0\.7 against 1 of v0/)
    expect(said[5]).toContain('Correct: 0.8 against 1 of v0')
    expect(said.slice(4, 6).join()).not.toContain('were given up')
    expect(said[8]).toMatch(/nothing was submitted: 3 of the 4 lines .* attempt 3: .*Submit again/s)
    expect(evaluations).toBe(2)
    expect(state.ledger.map(({ outcome }) => outcome)).toEqual(Array(5).fill('rejected'))
  })

  test('is none where the agent goes on from what it left behind, or from what it has taken up, whoever lost it since', async () => {
    const { said, state } = await play(
      [
        half,
        { calls: [put('0.6', ...IDEA), submit('the table, on from the last attempt')] },
        other('0.7'),
        { calls: [['take_up_attempt', { attempt: 1 }], put('0.8', ...IDEA), evaluate] },
        { calls: [submit('the table of attempt 1')] },
      ],
      4,
    )
    expect(said[4]).toContain('Correct: 0.8 against 1 of v0')
    expect(said.join()).not.toContain('were given up')
    expect(state.ledger.map(({ outcome }) => outcome)).toEqual(Array(4).fill('rejected'))
  })

  test('is submitted on the last turn, when the agent could not insist', async () => {
    const { state } = await play([half, other('0.6'), { calls: [put('2', ...IDEA), submit('twice')] }], 3, {
      max_agent_steps_per_variation: '1',
    })
    expect(state.ledger.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'accepted'])
  })

  test('is one only after a verdict of the present scorer, and is not told again by a session that goes on', async () => {
    const added = IDEA.map((line) => `+${line}`).join('\n')
    const idea = `diff --git a/a b/a\n@@ -1 +1,3 @@\n${added}\n`
    const workspace = { diff: async (_from: string, to: string) => (to === 'other' ? '' : idea) }
    const candidates = { readEvaluated: async () => null }
    const journal = memoryJournal()
    const open = () => createReaddedRemark(workspace, candidates, journal)
    const begin = (attempt: number) => journal.record({ type: 'attempt.started', attempt })
    const end = (attempt: number) =>
      journal.record({ type: 'attempt.abandoned', attempt, reason: 'it fell silent', refused: false })
    const seed = version(0, { attempt: 0 })
    journal.record({ type: 'version.committed', version: seed })
    for (const event of [...rejected(1, 'idea'), ...rejected(2, 'other')]) journal.record(event)
    begin(3)
    expect(await open().before('again')).toContain('went with attempt 1')
    expect(await open().before('again')).toBeNull()
    end(3)
    begin(4)
    expect(await open().before('again')).toContain('went with attempt 1')
    journal.record({ type: 'version.remeasured', number: 0, score: seed.score, scorer: 'another' })
    end(4)
    begin(5)
    expect(await open().before('again')).toBeNull()
    expect(await open().after('again')).toContain('went with attempt 1: not better, by an earlier scorer')
  })
})

test('lines that an accepted version took out are recognised', async () => {
  const { said } = await play(
    [
      { calls: [put('2', ...IDEA), submit('a table')] },
      { calls: [put('3'), submit('without the table')] },
      { calls: [put('2.5', ...IDEA), evaluate] },
      { calls: [submit('the table again')] },
    ],
    3,
  )
  expect(said[3]).toContain('attempt 2, accepted as v2, took most of them out')
})

test('what an attempt evaluated outlives it where nothing was submitted', async () => {
  const { said, state } = await play(
    [
      { calls: [put('0.4'), evaluate, put('0.5', ...IDEA), evaluate] },
      ...['That', 'was', 'it.'].map((text) => ({ text })),
      { calls: [put('0.6', ...IDEA), evaluate] },
      { calls: [['read_attempt', { attempt: 1, evaluation: 1 }]] },
      {
        calls: [
          ['take_up_attempt', { attempt: 1 }],
          ['read_file', { path: 'value.js' }],
        ],
      },
      { calls: [put('3'), submit('three')] },
    ],
    2,
  )
  expect(state.ledger[0]).toMatchObject({ outcome: 'abandoned', kept: 2 })
  expect(said[5]).toContain('most of them went with attempt 1')
  expect(said[6]).toMatch(/^Correct: 0\.4 against 1 of v0.*^\+const value = 0\.4$/ms)
  expect(said[7]).toContain('const value = 0.5')
})

test('what was evaluated and never submitted is found by what was said of it, and read with what came out', async () => {
  const { said } = await play(
    [
      { text: 'Begin with a table.', calls: [put('0.5', 'const table = 1'), evaluate] },
      { text: 'Now prefetch the rows.', calls: [put('0.4', 'const ahead = 1'), evaluate] },
      { text: 'A broken wheel.', calls: [put('x'), evaluate] },
      { calls: [put('2'), submit('double it')] },
      { calls: [['search_attempts', { query: 'prefetching rows' }]] },
      { calls: [['search_attempts', { query: 'wheel' }]] },
      { calls: [['read_attempt', { attempt: 1 }]] },
      { calls: [put('3'), submit('three')] },
    ],
    2,
  )
  expect(said[5]).toBe('- attempt 1, evaluation 2: "Now prefetch the rows.": -60.0% against v0')
  expect(said[6]).toBe('- attempt 1, evaluation 3: "A broken wheel.": incorrect against v0')
  expect(said[7]).toMatch(
    /^- evaluation 1: "Begin with a table\.": -50\.0% against v0\n- evaluation 2: .*\n- evaluation 3: "A broken wheel/m,
  )
})

test('an attempt is told with what it gained, what it was asked to try, what it cited and what it taught', () => {
  const record: AttemptRecord = {
    number: 2,
    outcome: 'accepted',
    reason: 'accepted as v1',
    gain: 0.125,
    solution: { tree: 't', summary: 'four at a time', documents: ['avo/vectors.md', 'notes.md'] },
  }
  expect(renderAttemptLine(record)).toBe('attempt 2, accepted: "four at a time": accepted as v1, +12.5%')
  const [lesson] = learnAll([attemptLesson(2, { outcome: 'gain', tried: 'four at a time' })])
  const told = renderAttemptRecord(record, {
    base: undefined,
    candidates: [],
    direction: 'Use the vectors\nof the machine.',
    lesson,
  })
  expect(told.split('\n')).toEqual([
    'Attempt 2: accepted, gain +12.5%',
    'Direction followed: Use the vectors of the machine.',
    'Submitted as: four at a time',
    'Documents cited: avo/vectors.md, notes.md',
    'Verdict: accepted as v1',
    expect.stringMatching(/^Learnt: gain \(attempt 2\): "four at a time": .*Why: the cache is full/),
  ])
})

test('a briefing shows past attempts, which counts as a look at them', async () => {
  const { said, state } = await play(
    ['0.5', '0.6', '0.7', '0.8', '0.9'].map((value) => ({ calls: [put(value), submit(`try ${value}`)] })),
    5,
  )
  expect(said[1]).not.toContain('another look')
  expect(said[2]).toMatch(/another look.*\n- attempt 1, rejected: "try 0\.5"/)
  expect(said[4]).toMatch(/another look.*(\n- attempt [123],.*){3}/)
  expect(state.visits).toEqual([0, 3, 2, 1])
})

test('notes are searched as well, and an index of thousands of attempts is made and gone in no time', () => {
  const ledger = Array.from({ length: 3_000 }, (_, index) => ({
    number: index + 1,
    outcome: 'rejected' as const,
    reason: `-1% against v0: not better, try ${index}`,
    hypothesis: index === 77 ? 'unroll the inner loop by eight' : 'change a constant',
  }))
  const notes = [{ attempt: 80, text: 'unrolling by four spills registers' }]
  const state: Pick<RunState, 'ledger' | 'kept' | 'notes'> = { ledger, kept: [], notes }
  const search = createPastSearch(state, createKeywordIndex)
  const found = search('unrolled loops', 3)
  expect(found).toEqual([
    'attempt 78, rejected: "unroll the inner loop by eight": -1% against v0: not better, try 77',
    'note: unrolling by four spills registers',
  ])
})

test('going on from an earlier version brings nothing back of what it still had', async () => {
  const { said } = await play(
    [
      { calls: [put(2, ...IDEA), submit('count by a table')] },
      { calls: [put(3, 'const total = countAll(keys)'), submit('count at once')] },
      { calls: [['revert', { version: 1 }], put(2.5, ...IDEA, 'const twice = total * 2'), evaluate] },
      { calls: [['revert', {}], put(2.75, ...IDEA), evaluate] },
      { calls: [submit('a table again')] },
    ],
    3,
  )
  expect(said[3]).toContain('Correct: 2.5')
  expect(said[3]).not.toContain('were given up')
  expect(said[4]).toContain('3 of the 4 lines that you add were there before and were given up')
})

test('a search finds what came since the last one, a submitted candidate as its attempt, and nothing that is known no more', () => {
  const candidate = (evaluation: number, codeId: string, words: string) => ({
    attempt: 1,
    evaluation,
    codeId,
    words,
    against: 0,
    gain: -0.1,
  })
  let created = 0
  const state: { ledger: AttemptRecord[]; kept: KeptCandidate[]; notes: RunState['notes'] } = {
    ledger: [],
    kept: [candidate(1, 'a', 'tile the loop')],
    notes: [{ attempt: 1, text: 'loop: no luck' }],
  }
  const search = createPastSearch(state, () => {
    created += 1
    return createKeywordIndex()
  })
  expect(search('loop', 8)).toHaveLength(2)
  expect(search('luck', 8)).toEqual(['note: loop: no luck'])
  expect(search('tile', 8)).toEqual(['attempt 1, evaluation 1: "tile the loop": -10.0% against v0'])
  state.kept.push({ ...candidate(2, 'b', 'fuse the loop'), base: 0 })
  state.notes = []
  expect(search('fuse', 8)).toEqual([
    'attempt 1, evaluation 2: "fuse the loop": -10.0% against v0 (begun from v0, an earlier version)',
  ])
  expect(search('luck', 8)).toEqual([])
  const solution = { tree: 't', summary: 'one loop' }
  state.ledger.push({ number: 1, outcome: 'rejected', reason: 'slower', codeId: 'b', solution })
  const line = 'attempt 1, rejected: "one loop": slower'
  expect(search('fuse', 8)).toEqual([line])
  expect(search('loop', 8)).toHaveLength(2)
  expect(created).toBe(1)
  // Scorers change: what was evaluated with another one is gone, however often.
  for (let round = 0; round < 3_000; round++) {
    state.kept = [candidate(round, 'c', `loop ${round}`)]
    if (round % 500 === 0) state.kept.push(...Array.from({ length: 500 }, () => candidate(1, 'd', 'row')))
    expect(search('loop', 1)).toHaveLength(1)
  }
  expect(search(`loop`, 8)).toContain('attempt 1, evaluation 2999: "loop 2999": -10.0% against v0')
  expect(created).toBeGreaterThan(1)
})
