import { expect, test } from 'vitest'
import { escapeHtml, escapeMarkdown, fenceCode } from '../../src/report/markdown.ts'

const APART = '\u200b'

test.for([
  ["it's -25.0% of 1.5 (a-b), v2", "it's -25.0% of 1.5 (a-b), v2"],
  ['<b>', '\\<b\\>'],
  ['&lt;', '\\&lt;'],
  ['a_b `c` [d](e)', 'a\\_b \\`c\\` \\[d\\](e)'],
  ['a | b', 'a \\| b'],
  ['\\| b', '\\\\\\| b'],
  ['fixes #12, GH-3, ask @octocat', `fixes #${APART}12, GH-${APART}3, ask @${APART}octocat`],
  ['see https://example.com', `see https:${APART}//example.com`],
  ['    indented', 'indented'],
  ['# title', '\\# title'],
  ['1. one\n- two\n+ three\n---', `1${APART}. one\n\\- two\n\\+ three\n\\---`],
  ['title\n===', 'title\n\\==='],
  ['a\r\nb\u202ec\u0007', 'a\nb\\[U+202E\\]c'],
] as const)('%j is shown as it is', ([text, markdown]) => {
  expect(escapeMarkdown(text)).toBe(markdown)
})

test('inside of HTML nothing is Markdown, and entities stay whole', () => {
  expect(escapeHtml(`it's <b> & "c" #1 @d`)).toBe(
    `it&#39;s &lt;b&gt; &amp; &quot;c&quot; #${APART}1 @${APART}d`,
  )
})

test('a fence is longer than any in the text', () => {
  expect(fenceCode('a\n```\nb\n`````\n', 'diff')).toBe('``````diff\na\n```\nb\n`````\n``````')
})
