import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, test } from 'vitest'
import type { Target } from '../../src/audit/attack.ts'
import * as javascript from '../../src/audit/javascript.ts'
import * as python from '../../src/audit/python.ts'
import { requireProgram } from '../requires.ts'
import { makeTask } from '../task.ts'

const target: Target = {
  forged: '{"text": "\\"\n"}',
  scratch: '/nowhere',
  lease: '/nowhere/lease',
  lifetimeSeconds: 1,
}

/** What a variant prints when it is used: the program is run beside it. */
async function use(
  file: string,
  source: string | null,
  program: string,
  command: readonly string[],
): Promise<string> {
  const directory = await makeTask({ [file]: source ?? '' })
  writeFileSync(join(directory, 'use.mjs'), program)
  const [name = '', ...args] = command
  const { stdout, stderr } = spawnSync(name, args, { cwd: directory, encoding: 'utf8' })
  return stdout + stderr.replace(/\(node:[\s\S]*/, '')
}

const answerTwice = javascript.aroundCalls(
  'const cheat = (honest, ...args) => [honest(...args), honest(...args)]',
)

test.for([
  ['a function', 'a.mjs', 'export function f(x) { return x + 1 }', 'm.f(1)'],
  ['an async one', 'a.mjs', 'export async function f(x) { return x + 1 }', '(await Promise.all(m.f(1)))'],
  ['a constant', 'a.mjs', 'export const f = (x) => x + 1, g = 3', 'm.f(1)'],
  ['a default function', 'a.mjs', 'export default function f(x) { return x + 1 }', 'm.default(1)'],
  ['a default expression', 'a.mjs', 'export default (x) => x + 1', 'm.default(1)'],
  ['a default object', 'a.mjs', 'export default { f: (x) => x + 1 }', 'm.default.f(1)'],
  ['a list', 'a.mjs', 'const $f = (x) => x + 1\nexport { $f as f }', 'm.f(1)'],
  ['a class', 'a.mjs', 'export class F { one = 1; f(x) { return x + this.one } }', 'new m.F().f(1)'],
  [
    'TypeScript',
    'a.ts',
    'export interface I { a: 1 }\nexport const f = (x: number): number => x + 1',
    'm.f(1)',
  ],
  ['CommonJS', 'a.cjs', "'use strict'\nmodule.exports = { f: (x) => x + 1 }", 'm.default.f(1)'],
] as const)('JavaScript calls are taken over: %s', async ([, file, source, call]) => {
  const program = `const m = await import('./${file}')\nconsole.log(JSON.stringify(${call}))`
  expect(await use(file, answerTwice(source, target), program, [execPath, 'use.mjs'])).toBe('[2,2]\n')
})

test('a module without exports has no calls to take over', () => {
  expect(answerTwice('console.log(1)', target)).toBeNull()
})

test('what comes first keeps its place: a shebang, a future import', () => {
  expect(javascript.whenImported('')('#!/usr/bin/env node\n1', target)).toMatch(/^#!\/usr\/bin\/env node\n/)
  const source = '"""Doc."""\nfrom __future__ import annotations\nx = 1\n'
  expect(python.whenImported('')(source, target)).toMatch(
    /^"""Doc."""\nfrom __future__ import annotations\nexec\(/,
  )
})

describe('Python', () => {
  requireProgram('python3', 'apt-get install python3')

  test.for([
    [
      'a function that is called from outside, not its helpers',
      'def f(x):\n    return g(x)\ndef g(x):\n    return x + 1\n',
      'print(f(1))',
    ],
    ['a recursive one', 'def f(x):\n    return x + 1 if x < 2 else f(x - 1)\n', 'print(f(1))'],
    [
      'a method',
      'class F:\n    def __init__(self):\n        self.one = 1\n    def f(self, x):\n        return x + self.one\n',
      'print(F().f(1))',
    ],
    [
      'a script',
      'import sys\nsys.setrecursionlimit(9999)\ndef f(x):\n    return x + 1\n\nif __name__ == "__main__":\n    print(f(1))\n',
      '',
    ],
  ] as const)('Python calls are taken over: %s', async ([, source, call]) => {
    const answerTwice = python.aroundCalls(
      'def cheat(honest, *args):\n    return [honest(*args), honest(*args)]\n',
    )
    const text = `${answerTwice(source, target)}\n${call}`
    expect(await use('a.py', text, '', ['python3', 'a.py'])).toBe('[2, 2]\n')
  })
})
