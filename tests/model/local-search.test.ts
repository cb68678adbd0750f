import { describe, expect, test } from 'vitest'
import { createLocalSearch } from '../../src/model/local-search.ts'
import type { Message } from '../../src/model/model.ts'
import { textOf } from '../../src/model/model.ts'
import { STRATEGIES, toDirection } from '../../src/model/strategies.ts'
import { createWorld, movesOf, type WorldOptions } from './local-search-world.ts'

const never = new AbortController().signal

function recipe(id: string, pattern: string, fix: string, language = 'javascript'): string {
  return `## ${id}\n\n\`\`\`yaml\nid: ${id}\nlanguage: ${language}\nmessage: Because of ${id}.\nrule:\n  pattern: ${pattern}\nfix: ${fix}\n\`\`\`\n`
}

/** Each `slow` that is taken away makes it better; whatever is `wrong` makes it incorrect. */
const LADDER: WorldOptions = {
  files: { 'main.js': 'export const run = (x) => slow(slow(twice(x)))\n' },
  documents: {
    'knowledge-base/steps.md': `# Steps\n\n${recipe('unwrap', 'slow($X)', '$X')}\n${recipe('break-it', 'twice($X)', 'wrong($X)')}`,
  },
  score: (files) => {
    const text = Object.values(files).join('')
    return text.includes('wrong') ? 'it is wrong' : 100 / (1 + text.split('slow').length)
  },
}

/** The nearer the number is to 24, the better. */
const NUMBERS: WorldOptions = {
  files: { 'main.py': '# 24 is what "24" says\nWIDTH = 12\nNAME = "24"\n' },
  score: (files) => 100 / (1 + Math.abs(24 - Number(/WIDTH = (\d+)/.exec(files['main.py'] ?? '')?.[1]))),
}

describe('an attempt', () => {
  test.each([1, 2, 3, 4])(
    'applies a recipe that pays, cites it, and goes on from there (seed %i)',
    async (seed) => {
      const world = createWorld(LADDER)
      const model = createLocalSearch({ seed })
      expect(await world.play(model)).toBe('accepted')
      expect(await world.play(model)).toBe('accepted')
      expect(await world.play(model)).toBe('silent')

      expect(world.versions.at(-1)).toEqual({ 'main.js': 'export const run = (x) => twice(x)\n' })
      const [first = ''] = world.summaries
      expect(first.split('\n')[0]).toBe('apply recipe `unwrap`')
      expect(first).toContain('Recipe `unwrap` (knowledge-base/steps.md) on main.js at 1:')
      expect(first).toContain('Because of unwrap.')
      // Scores in the log are the gate's, not what the agent saw.
      expect(first).not.toContain('Correct:')
      expect(first).not.toContain('move:')
      expect(textOf(world.messages.at(-1) as Message)).toContain('Nothing is left to try')
    },
  )

  test('tries each change by itself, and touches only what is part of the solution', async () => {
    const files = { 'a.js': 'slow(20)\n', 'b.js': 'slow(30)\n', 'c.txt': 'slow(40)\n' }
    const world = createWorld({ ...LADDER, files, score: () => 1 })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
    expect(world.evaluated).toHaveLength(10)
    for (const evaluated of world.evaluated) {
      expect(Object.keys(evaluated)).toEqual(Object.keys(files))
      const changed = Object.entries(files).filter(([path, text]) => evaluated[path] !== text)
      expect(changed).toHaveLength(1)
    }
  })

  test('tries no change of a tree twice, not even one that the gate turned down', async () => {
    const world = createWorld({ ...LADDER, accepts: () => false })
    const model = createLocalSearch({ seed: 1 })
    for (let attempt = 0; attempt < 5; attempt++) await world.play(model)
    const moves = movesOf(world.messages)
    expect(new Set(moves).size).toBe(moves.length)
    expect(world.versions).toHaveLength(1)
    expect(world.evaluated).toHaveLength(3)
  })

  test('an incorrect or equal candidate is not submitted', async () => {
    const world = createWorld({ ...LADDER, score: () => 7 })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
  })

  test('goes on when a submission is refused', async () => {
    const world = createWorld({
      ...LADDER,
      answer: ({ name }) => (name === 'submit' ? new Error('the verdict stands') : undefined),
    })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
    expect(world.evaluated).toHaveLength(3)
  })

  test('does not claim a change that could not be written, whatever is measured', async () => {
    const world = createWorld({
      ...LADDER,
      answer: ({ name }) =>
        name === 'write_file'
          ? new Error('the disk is full')
          : name === 'evaluate'
            ? 'Correct: 2 against 1 of v0, +100%'
            : undefined,
    })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
  })

  test('tries numbers in the code, and leaves comments, texts and read-only files alone', async () => {
    const world = createWorld(NUMBERS)
    const model = createLocalSearch({ seed: 1 })
    while ((await world.play(model)) === 'accepted');
    expect(world.versions.at(-1)).toEqual({ 'main.py': '# 24 is what "24" says\nWIDTH = 24\nNAME = "24"\n' })
    for (const files of world.evaluated)
      expect(files['main.py']).toMatch(/^# 24 is what "24" says\nWIDTH = \d+\nNAME = "24"\n$/)
  })

  test('says why a recipe can not be used, and uses the others', async () => {
    const broken = [
      recipe('no-such-kind', 'x', 'y').replace('pattern: x', 'kind: no_such_kind'),
      recipe('no-such-language', 'x', 'y', 'cobol'),
      '```yaml\nid: not-yaml\nrule: [\nfix: x\n```',
      '```yaml\njust: some other yaml\n```',
    ]
    const steps = LADDER.documents?.['knowledge-base/steps.md'] ?? ''
    const world = createWorld({ ...LADDER, documents: { 'a.md': broken.join('\n\n'), 'b.md': steps } })
    const model = createLocalSearch({ seed: 1 })
    while ((await world.play(model)) === 'accepted');
    expect(world.versions).toHaveLength(3)
    const last = textOf(world.messages.at(-1) as Message)
    expect(last).toContain('no-such-kind of a.md')
    expect(last).toContain('no parser for cobol')
    expect(last.match(/a\.md can't be used/g)).toHaveLength(3)
  })
})

describe('the seed', () => {
  test('decides the order, and nothing else does', async () => {
    const play = async (seed: number): Promise<readonly string[]> => {
      const world = createWorld({ ...NUMBERS, score: () => 1 })
      await world.play(createLocalSearch({ seed }))
      return movesOf(world.messages)
    }
    expect(await play(1)).toEqual(await play(1))
    const orders = await Promise.all([1, 2, 3, 4, 5].map(play))
    expect(new Set(orders.map(String)).size).toBeGreaterThan(1)
    expect(new Set(orders.map((order) => String([...order].sort()))).size).toBe(1)
  })
})

describe('the conversation is the only memory', () => {
  test('a new process gives, at every point, the reply that the old one gave', async () => {
    const world = createWorld(LADDER)
    const model = createLocalSearch({ seed: 1 })
    while ((await world.play(model)) === 'accepted');
    const reloaded: readonly Message[] = JSON.parse(JSON.stringify(world.messages))
    for (const [index, message] of reloaded.entries()) {
      if (message.role !== 'assistant') continue
      const request = { system: '', messages: reloaded.slice(0, index), tools: [] }
      const reply = await createLocalSearch({ seed: 1 }).respond(request, never)
      expect(reply.message).toEqual(message)
    }
  })

  test('an evaluation that a restart cut off is made again, and only once more', async () => {
    const world = createWorld({
      ...LADDER,
      answer: ({ name }) => (name === 'evaluate' ? new Error('This call was cut off') : undefined),
    })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
    const moves = movesOf(world.messages)
    expect(moves).toHaveLength(2 * new Set(moves).size)
  })

  test('a compacted conversation is read afresh: what it lacks is looked up again, what it says counts', async () => {
    const world = createWorld({ ...LADDER, files: { 'main.js': 'slow(12)\n' }, score: () => 1 })
    const model = createLocalSearch({ seed: 1 })
    await world.play(model, 'strategy: recipes')
    const before = movesOf(world.messages)
    const compacted = [world.messages[0] as Message, ...world.messages.slice(-1)]
    world.messages.splice(0, world.messages.length, ...compacted)
    for (let turn = 0; turn < 10; turn++) {
      const { message } = await model.respond({ system: '', messages: world.messages, tools: [] }, never)
      world.take(message)
    }
    expect(before).toHaveLength(1)
    expect(movesOf(world.messages)).toEqual(before)
  })

  test('each message is read once, however long the run', async () => {
    const world = createWorld(LADDER)
    const model = createLocalSearch({ seed: 1 })
    const reads = new Map<Message, number>()
    const counted = (message: Message): Message =>
      new Proxy(message, {
        get(target, key, receiver) {
          if (key === 'content') reads.set(message, (reads.get(message) ?? 0) + 1)
          return Reflect.get(target, key, receiver)
        },
      })
    const push = world.messages.push.bind(world.messages)
    world.messages.push = (...messages) => push(...messages.map(counted))
    for (let attempt = 0; attempt < 40; attempt++) await world.play(model)
    expect(world.messages.length).toBeGreaterThan(100)
    // The world looks at the newest message, too.
    expect(Math.max(...reads.values())).toBeLessThanOrEqual(4)
  })
})

describe('directions', () => {
  const directed = (name: string): string =>
    toDirection(STRATEGIES.find((strategy) => strategy.name === name) ?? { name: 'recipes', sentence: '' })
      .what
  const MIXED: WorldOptions = {
    ...LADDER,
    files: { 'main.js': 'export const run = (x) => slow(slow(x, 12))\n' },
    score: () => 1,
  }
  const play = async (direction: string) => {
    const world = createWorld(MIXED)
    await world.play(createLocalSearch({ seed: 1 }), direction)
    return movesOf(world.messages).map((move) => move.split(' ')[1])
  }

  test('constants and recipes are tried alone; without a known direction both are', async () => {
    expect(new Set(await play(directed('constants')))).toEqual(new Set(['constant']))
    expect(new Set(await play(directed('recipes')))).toEqual(new Set(['recipe']))
    for (const direction of ['', 'strategy: prayer', 'Use a faster algorithm.'])
      expect(new Set(await play(direction))).toEqual(new Set(['recipe', 'constant']))
  })

  test('combined, two recipes cross a valley that neither crosses alone', async () => {
    const documents = {
      'a.md': recipe('into-the-valley', 'up($X)', 'down($X)') + recipe('out-of-it', 'down($X)', 'summit($X)'),
    }
    const world = createWorld({
      files: { 'main.js': 'up(1)\n' },
      documents,
      score: (files) =>
        ({ 'up(1)\n': 2, 'down(1)\n': 1, 'summit(1)\n': 3 })[files['main.js'] ?? ''] ?? 'unknown',
    })
    const model = createLocalSearch({ seed: 1 })
    expect(await world.play(model)).toBe('silent')
    expect(await world.play(model, directed('combine'))).toBe('accepted')
    expect(world.versions.at(-1)).toEqual({ 'main.js': 'summit(1)\n' })
    expect(world.summaries[0]).toContain('apply recipe `into-the-valley`, apply recipe `out-of-it`')
  })

  test('restarted, an earlier version is taken another way, to what the best one can not reach', async () => {
    const scores: Readonly<Record<string, number>> = { 'start()\n': 1, 'good()\n': 2, 'better()\n': 3 }
    const options: WorldOptions = {
      files: { 'main.js': 'start()\n' },
      documents: { 'a.md': recipe('left', 'start()', 'good()') + recipe('right', 'start()', 'better()') },
      score: (files) => scores[files['main.js'] ?? ''] ?? 'unknown',
    }
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const endings = seeds.map(async (seed) => {
      const world = createWorld(options)
      const model = createLocalSearch({ seed })
      await world.play(model)
      expect(await world.play(model)).toBe('silent')
      await world.play(model, directed('restart'))
      return world.versions.map((files) => files['main.js'])
    })
    const reached = new Set((await Promise.all(endings)).map(String))
    expect(reached).toEqual(
      new Set([String(['start()\n', 'better()\n']), String(['start()\n', 'good()\n', 'better()\n'])]),
    )
  })
})

describe('files and documents that come in pieces', () => {
  const filler = (count: number, width: number): string =>
    Array.from({ length: count }, (_, index) => `// ${index} ${'·'.repeat(width)}\n`).join('')

  test.each([
    ['pages', filler(4_500, 2)],
    ['long lines, cut in the middle by the harness', filler(600, 200)],
  ])('%s are put together again, and nothing else changes', async (_name, text) => {
    const before = `${text}run(slow(1))\n${text}`
    const world = createWorld({
      ...LADDER,
      files: { 'main.js': before },
      documents: { 'long.md': `# Long\n${filler(800, 100)}\n${recipe('unwrap', 'slow($X)', '$X')}` },
    })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('accepted')
    expect(world.versions.at(-1)).toEqual({ 'main.js': before.replace('slow(1)', '1') })
  })

  test.each([
    ['a page that leads back to itself', '1\trun(slow(1))\n… 9 more lines, go on with from_line=1'],
    ['a line that is too long to be read', `1\t${'x'.repeat(40_000)}`],
    ['rubbish', 'no numbers here'],
  ])('%s ends the attempt, not the process', async (_name, text) => {
    const world = createWorld({ ...LADDER, answer: ({ name }) => (name === 'read_file' ? text : undefined) })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
    expect(world.evaluated).toEqual([])
  })

  test('tools that all fail end the attempt after a second try', async () => {
    const world = createWorld({ ...LADDER, answer: () => new Error('out of order') })
    expect(await world.play(createLocalSearch({ seed: 1 }))).toBe('silent')
    expect(world.messages.filter(({ role }) => role === 'assistant').length).toBeLessThan(5)
  })

  test('a search that failed is made again in the next attempt', async () => {
    let isDown = true
    const world = createWorld({
      ...LADDER,
      answer: ({ name }) => (isDown && name === 'search_knowledge' ? new Error('no connection') : undefined),
    })
    const model = createLocalSearch({ seed: 1 })
    expect(await world.play(model)).toBe('silent')
    isDown = false
    expect(await world.play(model)).toBe('accepted')
  })

  test('a changed knowledge base is searched again', async () => {
    const documents: Record<string, string> = {}
    const world = createWorld({ ...LADDER, documents })
    const model = createLocalSearch({ seed: 1 })
    expect(await world.play(model)).toBe('silent')
    documents['new.md'] = LADDER.documents?.['knowledge-base/steps.md'] ?? ''
    const news = 'The knowledge base has changed; `read_knowledge` shows a document.\n- added: new.md — Steps'
    world.messages.push({ role: 'user', content: [{ type: 'text', text: news }] })
    expect(await world.play(model)).toBe('accepted')
  })
})
