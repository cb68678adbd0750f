import { expect, test } from 'vitest'
import { findReadded, readLineChanges } from '../../src/agent/readded-lines.ts'

const diff = `diff --git a/a.js b/a.js
index 1..2 100644
--- a/a.js of a long name
+++ b/a.js of a long name
@@ -1,4 +1,4 @@
 unchanged line of some length
-  const sum = values.reduce(add, 0)
-for (const value of values) total += value
+for (const   value of values) total += value
+}
++++ counter that begins with plus signs
`

test('lines of a diff: without headers, short ones, and those that were only moved or indented anew', () => {
  const { added, removed } = readLineChanges(diff)
  expect([...added]).toEqual(['+++ counter that begins with plus signs'])
  expect([...removed]).toEqual(['const sum = values.reduce(add, 0)'])
})

const lines = [
  'let table = new Map()',
  'table.set(key, compute(key))',
  'return table.get(key)',
  'a line like no other',
]
const takenOut = new Map([
  [lines[0] ?? '', 4],
  [lines[1] ?? '', 9],
  [lines[2] ?? '', 9],
])

test('a change that mostly brings lines back names the attempt that took out most of them', () => {
  expect(findReadded(new Set(lines), takenOut)).toEqual({
    attempt: 9,
    lines: lines.slice(0, 3),
    added: 4,
    isRetyped: false,
  })
})

test('an idea is typed again where one attempt took out most of the change', () => {
  const ofOne = new Map(lines.slice(0, 3).map((line) => [line, 9]))
  expect(findReadded(new Set(lines), ofOne)).toMatchObject({ attempt: 9, isRetyped: true })
  const more = ['something else entirely', 'and one more line of it', 'a seventh line of the change']
  const several = new Map([...ofOne, ...more.slice(0, 2).map((line) => [line, 4] as const)])
  expect(findReadded(new Set([...lines, ...more]), several)).toMatchObject({ attempt: 9, isRetyped: false })
})

test('half of the lines is not most of them, and two lines are no idea', () => {
  const more = ['something else entirely', 'and one more line of it']
  expect(findReadded(new Set([...lines, ...more]), takenOut)).toBeNull()
  expect(findReadded(new Set(lines.slice(1, 3)), takenOut)).toBeNull()
  expect(findReadded(new Set(), takenOut)).toBeNull()
})
