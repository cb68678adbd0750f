import { describe, expect, test } from 'vitest'
import { titleOf, toChunks } from '../../src/knowledge/chunks.ts'
import { toDocumentText } from '../../src/knowledge/document-text.ts'
import { createTask } from './knowledge-task.ts'

const PAGE = `<!DOCTYPE html>
<html><head><title>Radix sort</title><style>p { color: red }</style></head>
<body><!-- <p>hidden</p> --><h2 class="a>b">Least significant   digit</h2>
<p>Counts &amp; moves;
10 &lt; 20&#x21; <b>never</b> compares.</p><ul><li>one<li>two</ul>
<pre>for (i = 0; i &lt; n; i++)

  count[i]++;</pre>
<script>if (a < b) alert("<h1>no</h1>")</script>after</body></html>`

describe('HTML', () => {
  test('is headings, words, list items and code; what is for the browser is left out', () => {
    expect(toDocumentText('radix.html', PAGE)).toBe(`# Radix sort

## Least significant digit

Counts & moves; 10 < 20! never compares.

- one
- two

\`\`\`\`
for (i = 0; i < n; i++)

  count[i]++;
\`\`\`\`

after
`)
  })

  test.each([
    ['opening brackets', '<'.repeat(1_000_000)],
    ['a name without end', `<${'a'.repeat(1_000_000)}`],
    ['attributes without end', `<a${' b'.repeat(500_000)}`],
    ['opening tags', '<a '.repeat(300_000)],
    ['quotes', '<a "'.repeat(250_000)],
    ['comments that are open', '<!--'.repeat(250_000)],
    ['declarations that are open', '<!'.repeat(500_000)],
    ['scripts that are open', '<script>'.repeat(125_000)],
    ['ampersands', '&'.repeat(1_000_000)],
    ['references to no character', '&#xffffff;&#0;&#xd800;'.repeat(40_000)],
  ])('a megabyte of %s is read in linear time', (_, html) => {
    expect(toDocumentText('a.html', html).isWellFormed()).toBe(true)
  })
})

describe('notebooks', () => {
  const notebook = JSON.stringify({
    cells: [
      { cell_type: 'markdown', source: ['# Tiling\n', 'Blocks of *32*.'] },
      {
        cell_type: 'code',
        source: 'x = 1\n\n# no heading',
        outputs: [{ data: { 'image/png': 'iVBORw' } }],
      },
      { cell_type: 'code', source: [] },
    ],
    metadata: { language_info: { name: 'python' } },
  })

  test('are their cells, without what they printed', () => {
    expect(toDocumentText('tiling.ipynb', notebook)).toBe(
      '# Tiling\nBlocks of *32*.\n\n````python\nx = 1\n\n# no heading\n````\n',
    )
  })

  test.each(['', '{', '[]', '{"cells": 7}'])('what is none is shown as it is: %j', (text) => {
    expect(toDocumentText('a.ipynb', text)).toBe(text)
  })
})

describe('reStructuredText', () => {
  const text = [
    '======',
    'Manual',
    '======',
    '',
    'Caches',
    '------',
    'Lines are 64 bytes::',
    '',
    '    not',
    '    ---',
    '',
    'Blocks',
    '~~~~~~',
    'x',
    '',
    'Pages',
    '-----',
    'y',
    '',
    '===  ===',
    'a    b',
    '===  ===',
  ].join('\n')

  test('is cut at its underlined headings', () => {
    expect(toChunks('manual.rst', text).map(({ headings, lines }) => [headings, lines])).toEqual([
      [
        ['Manual', 'Caches'],
        [5, 10],
      ],
      [
        ['Manual', 'Caches', 'Blocks'],
        [12, 14],
      ],
      [
        ['Manual', 'Pages'],
        [16, 22],
      ],
    ])
    expect(titleOf('manual.rst', text)).toBe('Manual')
  })

  test('underlines mean nothing elsewhere', () => {
    expect(toChunks('a.py', text).flatMap(({ headings }) => headings)).toEqual([])
  })
})

test('a function of source code stays whole across its blank lines', () => {
  const body = Array.from({ length: 12 }, (_, line) => `    step(${line})${' # why'.repeat(15)}\n`).join('\n')
  const chunks = toChunks('fast.py', `def one():\n${body}\ndef two():\n${body}`)
  expect(chunks.map(({ text }) => text.split('\n')[0])).toEqual(['def one():', 'def two():'])
})

test('lines of a passage are the lines that read shows', async () => {
  const knowledge = await (await createTask({ 'radix.html': PAGE })).open()
  const [passage] = await knowledge.search(
    'count digits without comparing',
    { limit: 1 },
    new AbortController().signal,
  )
  const page = await knowledge.read('knowledge-base/radix.html', 1)
  const [first, last] = passage?.lines ?? [0, 0]
  expect(passage?.headings).toEqual(['Radix sort', 'Least significant digit'])
  expect(
    page?.text
      .split('\n')
      .slice(first - 1, last)
      .join('\n'),
  ).toBe(passage?.text)
  expect(page?.title).toBe('Radix sort')
})
