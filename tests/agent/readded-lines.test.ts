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
  [lines[0] ?? '', [9, 4]],
  [lines[1] ?? '', [9]],
  [lines[2] ?? '', [4, 9]],
])

const sizes = new Map([
  [4, 1],
  [9, 2],
])

test('a change that mostly brings lines back names the attempt that took out most of them', () => {
  expect(findReadded(new Set(lines), takenOut, sizes)).toEqual({
    attempt: 9,
    lines: lines.slice(0, 3),
    added: 4,
    isRetyped: false,
  })
})

test('an idea is typed again where the change is mostly one attempt, and that attempt mostly in it', () => {
  const ofOne = new Map<string, readonly number[]>(lines.slice(0, 3).map((line) => [line, [9]]))
  const find = (added: readonly string[], known: ReadonlyMap<string, readonly number[]>, size: number) =>
    findReadded(new Set(added), known, new Map([[9, size]]))?.isRetyped
  expect(find(lines, ofOne, 3)).toBe(true)
  expect(find(lines, ofOne, 5)).toBe(true)
  expect(find(lines, ofOne, 6)).toBe(false)
  const more = ['something else entirely', 'and one more line of it', 'a seventh line of the change']
  const several = new Map<string, readonly number[]>([
    ...ofOne,
    ...more.slice(0, 2).map((line) => [line, [4]] as const),
  ])
  expect(find([...lines, ...more], several, 3)).toBe(false)
})
