import { describe, expect, test } from 'vitest'
import { LONGEST_LINE, wrapLongLines } from '../../src/knowledge/long-lines.ts'
import { parseRecipes } from '../../src/model/local-search/recipes.ts'
import { createTask } from './knowledge-task.ts'

const { signal } = new AbortController()
const TALK = Array.from({ length: 9_000 }, (_, at) => `word${at}`)
  .with(6_000, 'the giraffe eats hay')
  .join(' ')
const DATA = JSON.stringify(Array.from({ length: 6_000 }, (_, at) => ({ [`key${at}`]: 'value' })))

describe('a document of one long line', () => {
  test.each([
    ['talk.txt', TALK, 'giraffe hay'],
    ['data.json', DATA, 'key4321'],
    ['talk.html', `<p>${TALK}</p>`, 'giraffe hay'],
  ])('is found and read: %s', async (name, text, query) => {
    const knowledge = await (await createTask({ [name]: text })).open()
    const [passage] = await knowledge.search(query, { limit: 1 }, signal)
    const sought = query.split(' ')[0] ?? ''
    expect(passage?.text).toContain(sought)
    expect(passage?.text.length).toBeLessThanOrEqual(4_000)
    const page = await knowledge.read(`knowledge-base/${name}`, passage?.lines[0] ?? 0)
    expect(page?.text).toContain(passage?.text)
  })

  test('is read page by page to its end', async () => {
    const knowledge = await (await createTask({ 'data.json': DATA })).open()
    let text = ''
    for (let [from, total] = [1, 1]; from <= total; ) {
      const page = await knowledge.read('knowledge-base/data.json', from)
      text += page?.text.replaceAll('\n', '') ?? ''
      from = (page?.lines[1] ?? from) + 1
      total = page?.totalLines ?? 0
    }
    expect(text).toBe(DATA)
  })
})

test.each([
  ['words', TALK],
  ['no white space', DATA],
  ['letters of two halves', '🦒'.repeat(9_001)],
  ['the same, one off', `a${'🦒'.repeat(9_001)}`],
  ['short lines', 'a\nb\n'],
])('lines are cut where it does no harm: %s', (_, text) => {
  const wrapped = wrapLongLines(text)
  expect(text.includes('\n') ? wrapped : wrapped.replaceAll('\n', '')).toBe(text)
  for (const line of wrapped.split('\n')) {
    expect(line.length).toBeLessThanOrEqual(2_000)
    expect(line.isWellFormed()).toBe(true)
  }
})

test.each(['# so ', '``` so ', '~~~ so '])('what goes on begins no heading and no fence: %j', (words) => {
  const lines = wrapLongLines(`Talk: ${words.repeat(2_000)}`).split('\n')
  expect(lines.length).toBeGreaterThan(4)
  for (const line of lines) expect(line).toMatch(/^(Talk|so)/)
})

test('a recipe with a long line stays one; what no page shows is wrapped in code as well', () => {
  const recipe = (message: string) =>
    `# Recipes\n\n${'prose '.repeat(1_000)}\n\n\`\`\`yaml\nid: a\nlanguage: JavaScript\nmessage: ${message}\nrule: { pattern: a }\nfix: b\n\`\`\`\n`
  const message = 'why it helps '.repeat(400).trim()
  expect(parseRecipes('a.md', wrapLongLines(recipe(message)))).toMatchObject({
    recipes: [{ message }],
    problems: [],
  })
  const lengths = wrapLongLines(recipe('x'.repeat(50_000)))
    .split('\n')
    .map((line) => line.length)
  expect(Math.max(...lengths)).toBe(LONGEST_LINE)
})
