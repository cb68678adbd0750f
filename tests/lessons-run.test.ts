import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { type ModelRequest, textOf } from '../src/model/model.ts'
import { openRun } from '../src/run.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'
import { makeTask, NUMBER_TASK } from './task.ts'

/** An attempt that puts a number into the solution. */
function attempt(value: string, summary: string, note = ''): readonly ScriptedReply[] {
  const noted: ScriptedReply[] = note === '' ? [] : [{ calls: [['note', { text: note }]] }]
  return [
    { calls: [['write_file', { path: 'value.txt', content: value }]] },
    ...noted,
    { calls: [['submit', { summary }]] },
  ]
}

async function play(directory: string, script: readonly ScriptedReply[], set: Record<string, string> = {}) {
  const model = scriptedModel(script)
  const overrides = Object.entries(set).map(([key, value]) => ({ key, value }))
  const run = await openRun(await readConfig(directory, overrides), { model })
  try {
    await run.start(new AbortController().signal)
    return { state: run.journal.state, requests: model.requests }
  } finally {
    run.close()
  }
}

const lastText = (request: ModelRequest | undefined): string =>
  textOf(request?.messages.at(-1) ?? { role: 'user', content: [] })
const read = (directory: string, ...path: string[]): Promise<string> =>
  readFile(join(directory, '.avo', ...path), 'utf8')

test('each attempt leaves a lesson, which the agent is told and finds when it searches', async () => {
  const directory = await makeTask()
  const { state, requests } = await play(directory, [
    ...attempt('0.5', 'cache the halves', 'halving is no gain'),
    ...attempt('2', 'double it'),
    { calls: [['search_knowledge', { query: 'cache halves' }]] },
    ...attempt('1', 'half of it again'),
  ])
  expect(state.lessons.map(({ outcome, tried }) => [outcome, tried])).toEqual([
    ['no-gain', 'cache the halves'],
    ['gain', 'double it'],
    ['no-gain', 'half of it again'],
  ])
  expect(await read(directory, 'lessons', 'less-work.md')).toContain('- Why: halving is no gain')

  const third = lastText(requests[5])
  expect(third).toContain('## What was learnt last\n- no gain (attempt 1): "cache the halves": ')
  expect(third).not.toMatch(/double it".*Otherwise/)
  expect(JSON.stringify(requests)).not.toMatch(/New documents|knowledge base has changed/)
  const found = requests[6]?.messages.at(-1)?.content[0]
  expect(found).toMatchObject({ text: expect.stringContaining('[lessons/less-work.md:') })
})

test('the documents follow from the journal: what was lost or added there is mended at the next start', async () => {
  const directory = await makeTask()
  const script = attempt('0.5', 'cache the halves')
  await play(directory, script, { max_attempts: '1' })
  const before = await read(directory, 'lessons', 'less-work.md')
  await rm(join(directory, '.avo/lessons/less-work.md'))
  await writeFile(join(directory, '.avo/lessons/algorithm.md'), '# Mine\n')
  const { state } = await play(directory, [], { max_attempts: '1' })
  expect(await readdir(join(directory, '.avo/lessons'))).toEqual(['less-work.md'])
  expect(await read(directory, 'lessons', 'less-work.md')).toBe(before)
  expect(state.lessons).toHaveLength(1)
})

test('where the journal is lost, what it had taught is kept under names of its own, and so are the pages of insights', async () => {
  const directory = await makeTask()
  const learn = (value: string, summary: string) =>
    play(directory, attempt(value, summary), { max_attempts: '1', insights_every: '1' })
  await learn('0.5', 'cache the halves')
  const page = await read(directory, 'insights', '0001.md')
  const lose = () => rm(join(directory, '.avo/events.jsonl'))

  await lose()
  await play(directory, attempt('0.25', 'cache the quarters'), { max_attempts: '2', insights_every: '1' })
  expect(await readdir(join(directory, '.avo/lessons'))).toEqual(['before-less-work.md', 'less-work.md'])
  const before = await read(directory, 'lessons', 'before-less-work.md')
  expect(before).toMatch(/^# From before the journal was lost\n[\s\S]*\n### no gain: cache the halves\n/)
  expect(await read(directory, 'lessons', 'less-work.md')).not.toContain('cache the halves')
  expect(await readdir(join(directory, '.avo/insights'))).toContain('0002.md')
  expect(await read(directory, 'insights', '0001.md')).toBe(page)

  await play(directory, [], { max_attempts: '2' })
  expect(await read(directory, 'lessons', 'before-less-work.md')).toBe(before)
  await lose()
  await play(directory, [], { max_attempts: '2' })
  const twice = await read(directory, 'lessons', 'before-less-work.md')
  expect(twice).toMatch(/cache the quarters[\s\S]*cache the halves/)
})

test('another run reads them under its own name, marked as coming from elsewhere', async () => {
  const first = await makeTask()
  await play(first, attempt('0.5', 'cache the halves'), { max_attempts: '1' })
  const second = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': `${NUMBER_TASK['avo.yaml']}lessons_from: [${first}]\n`,
  })
  const { requests } = await play(
    second,
    [{ calls: [['search_knowledge', { query: 'halves' }]] }, ...attempt('2', 'double it')],
    { max_attempts: '1' },
  )
  const name = first.split('/').at(-1) ?? ''
  expect(requests[0]?.system).toContain(`- lessons/${name}/less-work.md: “From ${name}, another run”`)
  expect(requests[1]?.messages.at(-1)?.content[0]).toMatchObject({
    text: expect.stringContaining(`From ${name}, another run`),
  })
})

test('without lessons nothing is kept, and the agent is told its own notes as they are', async () => {
  const directory = await makeTask()
  const { state, requests } = await play(
    directory,
    [...attempt('0.5', 'cache the halves', 'halving is no gain'), ...attempt('2', 'double it')],
    { max_attempts: '2', 'lessons.enabled': 'false', insights_every: '1' },
  )
  expect(state).toMatchObject({ lessons: [], insights: null })
  expect(lastText(requests[3])).toContain('## Notes that no lesson has taken up\n- halving is no gain')
})

test('every so many attempts a page says what they have shown, and the briefing has its gist', async () => {
  const directory = await makeTask()
  const { state, requests } = await play(
    directory,
    [...attempt('0.5', 'cache the halves'), ...attempt('2', 'double it'), ...attempt('3', 'and again')],
    { insights_every: '2' },
  )
  expect(state.insights).toMatchObject({ number: 1, attempts: 2 })
  expect(state.insights?.gist).toContain(
    'Gained in the last 2 attempts, the most promising first: other changes (1 of 1, +100% in all).\n',
  )
  expect(await readdir(join(directory, '.avo/insights'))).toEqual(['0001.md'])
  expect(await read(directory, 'insights', '0001.md')).toContain('# What 2 attempts have shown')
  expect(lastText(requests[4])).toContain(`## What 2 attempts have shown\n${state.insights?.gist}`)
})
