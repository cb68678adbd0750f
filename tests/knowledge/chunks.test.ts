import { describe, expect, test } from 'vitest'
import { titleOf, toChunks, toLines } from '../../src/knowledge/chunks.ts'

/** A paragraph of about so many characters. */
function paragraph(word: string, characters: number): string {
  return Array.from({ length: Math.ceil(characters / 60) }, (_, line) =>
    `${word} ${line}`.padEnd(59, '.'),
  ).join('\n')
}

describe('Markdown', () => {
  test('is cut at headings, and every chunk knows the headings above it', () => {
    const text = [
      '# Memory',
      'intro',
      '## Caches',
      '### Lines',
      'lines are 64 bytes',
      '## Pages ##',
      'huge pages',
      '# Other',
    ].join('\n')

    expect(toChunks('kb/memory.md', text)).toEqual([
      { headings: ['Memory'], lines: [1, 2], text: '# Memory\nintro' },
      { headings: ['Memory', 'Caches', 'Lines'], lines: [4, 5], text: '### Lines\nlines are 64 bytes' },
      { headings: ['Memory', 'Pages'], lines: [6, 7], text: '## Pages ##\nhuge pages' },
      { headings: ['Other'], lines: [8, 8], text: '# Other' },
    ])
  })

  test('text before the first heading is a chunk, and a level that is left out does no harm', () => {
    const chunks = toChunks('a.md', 'preface\n\n### Deep\nx\n# Top\ny\n## Sub\nz')

    expect(chunks.map((chunk) => chunk.headings)).toEqual([[], ['Deep'], ['Top'], ['Top', 'Sub']])
  })

  test.each([
    ['backticks', '```sh\n# not a heading\n\nls\n```'],
    ['tildes around backticks', '~~~\n```\n# not a heading\n~~~'],
    ['a longer fence around a shorter one', '````md\n```\n# not a heading\n```\n````'],
    ['a list item', '- ```py\n# not a heading\n  ```'],
    ['a quotation', '> ```\n> # not a heading\n> ```'],
  ])('a # inside a fence is no heading: %s', (_, fence) => {
    const chunks = toChunks('a.md', `# Title\n\n${fence}\n\n## Next\nx`)

    expect(chunks.map((chunk) => chunk.headings)).toEqual([['Title'], ['Title', 'Next']])
    expect(chunks[0]?.text).toContain(fence)
  })

  test('a fenced block is never cut, however long and however many blank lines', () => {
    const fence = `\`\`\`c\n${Array.from({ length: 300 }, (_, line) => `x[${line}] = ${line};\n`).join('\n')}\n\`\`\``
    const chunks = toChunks('a.md', `${paragraph('before', 1_400)}\n\n${fence}\n\nafter`)

    expect(chunks.filter((chunk) => chunk.text.includes('x[')).map((chunk) => chunk.text)).toEqual([fence])
  })

  test('a fence that nothing closes does not swallow the rest of the document', () => {
    const chunks = toChunks('a.md', '# One\n```\nx\n\n# Two\ny')

    expect(chunks.map((chunk) => chunk.headings)).toEqual([['One'], ['Two']])
  })

  test.each([
    ['opening fences', '```x\n'.repeat(200_000)],
    ['backticks', `${'`'.repeat(1_000_000)} \``],
    ['digits', '1'.repeat(1_000_000)],
    ['spaces in a heading', `# a${' '.repeat(1_000_000)}#b`],
  ])('a megabyte of %s takes no quadratic time', (_, text) => {
    expect(
      toChunks('a.md', text)
        .map((chunk) => chunk.text)
        .join('\n'),
    ).toHaveLength(text.trimEnd().length)
  })
})

describe('long sections', () => {
  test('are cut at blank lines, and nothing is lost or doubled', () => {
    const paragraphs = Array.from({ length: 20 }, (_, number) => paragraph(`p${number}`, 400))
    const text = `# Long\n\n${paragraphs.join('\n\n')}`
    const chunks = toChunks('a.md', text)

    expect(chunks.length).toBeGreaterThan(4)
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(1_500)
    expect(chunks.every((chunk) => chunk.headings.join() === 'Long')).toBe(true)
    expect(chunks.map((chunk) => chunk.text).join('\n\n')).toBe(text)
    for (const { lines, text: chunk } of chunks) {
      expect(
        toLines(text)
          .slice(lines[0] - 1, lines[1])
          .join('\n'),
      ).toBe(chunk)
    }
  })

  test('a function of two screens stays whole; a log without blank lines is cut at line ends', () => {
    expect(toChunks('a.c', paragraph('x', 3_500))).toHaveLength(1)
    const log = paragraph('y', 100_000)
    const chunks = toChunks('a.log', log)
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(1_500)
    expect(chunks.map((chunk) => chunk.text).join('\n')).toBe(log)
  })
})

describe('other texts', () => {
  test('source code is cut at blank lines; its comments are no headings', () => {
    const text = `# a comment\nimport numpy\n\n${paragraph('x', 1_000)}\n\n# another\n${paragraph('y', 1_000)}\n`
    const chunks = toChunks('kb/fast.py', text)

    expect(chunks.map((chunk) => chunk.headings)).toEqual([[], []])
    expect(chunks[1]?.text).toBe(`# another\n${paragraph('y', 1_000)}`)
    expect(titleOf('kb/fast.py', text)).toBe('fast.py')
  })

  test('CRLF and a byte order mark change nothing', () => {
    const text = '# Title\n\n```\n# no\n```\n\n## Sub\ntext\n'

    expect(toChunks('a.md', `\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(toChunks('a.md', text))
    expect(titleOf('a.md', `\uFEFF${text.replaceAll('\n', '\r\n')}`)).toBe('Title')
  })

  test.each([
    ['', []],
    [' \n\n\t\n', []],
    ['x', [[1, 1]]],
    ['\n\nx\n\n', [[3, 3]]],
  ])('%j has the lines it has', (text, lines) => {
    expect(toChunks('a.md', text).map((chunk) => chunk.lines)).toEqual(lines)
  })
})
