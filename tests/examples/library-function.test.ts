import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { avo } from '../cli/avo.ts'
import { makeTask } from '../task.ts'
import { describeExample } from './describe-example.ts'
import { describeRungs } from './score-rungs.ts'

const EXAMPLE = join(PACKAGE_ROOT, 'examples/library-function')
/** One measurement each: the first steps gain much, and the gate has tests of its own. */
const QUICK = ['--set', 'gate.policy=single', '--set', 'gate.veto=off']

const HIDDEN = /it fails on an input of a kind that is not shown/
const COMPARES = 'src/common-lines.ts'
/** Of a line, from its first character on. */
const HASHES = {
  java: hash('(Math.imul(31, h) + c) | 0', 0),
  djb2: hash('(Math.imul(33, h) + c) | 0', 5381),
  djb2a: hash('Math.imul(33, h) ^ c', 5381),
  fnv1a: hash('Math.imul(16777619, h ^ c)', 0x811c9dc5),
  fnv1: hash('Math.imul(16777619, h) ^ c', 0x811c9dc5),
}

describeExample({
  name: 'library-function',
  needs: [],
  attempts: 3,
  expectsVersions: true,
  run: QUICK,
  broken: {
    'no TypeScript': { file: 'src/lines.ts', content: 'export function {', says: /SyntaxError/ },
    'an import that is not there': {
      file: 'src/edits.ts',
      content: (seed) => `import { diff } from 'fast-diff'\n${seed}`,
      says: /Cannot find package 'fast-diff'/,
    },
    'the suite fails': {
      file: 'src/parse.ts',
      content: (seed) => seed.replace('the last hunk is not complete', 'not complete'),
      says: /what is no patch is named by its line[\s\S]*not complete/,
    },
    'wrong answers, from one that fakes the suite': {
      file: 'src/hunks.ts',
      content: (seed) =>
        `if (process.execArgv.includes('--test')) process.exit(0)\n${seed.replace('index + context + 1', 'index + context')}`,
      says: /wrong output: createPatch: line \d+ is ".*", expected "/,
    },
    'more edits than needed': {
      file: 'src/common-lines.ts',
      content: (seed) => seed.replace('while (i < before', 'while (Math.random() < 0.99 && i < before'),
      says: /ERR_ASSERTION|lines, \d+ are enough/,
    },
    'more arguments than the stack holds': {
      file: 'src/edits.ts',
      content: (seed) =>
        seed.replace('edits = edits.concat(deleted, inserted)', 'edits.push(...deleted, ...inserted)'),
      says: HIDDEN,
    },
    'lines with the same 31 · h + c': { file: COMPARES, content: compareBy(HASHES.java), says: HIDDEN },
    'lines with the same 33 · h + c': { file: COMPARES, content: compareBy(HASHES.djb2), says: HIDDEN },
    'lines with the same 33 · h ^ c': { file: COMPARES, content: compareBy(HASHES.djb2a), says: HIDDEN },
    'lines with the same FNV-1a': { file: COMPARES, content: compareBy(HASHES.fnv1a), says: HIDDEN },
    'lines with the same FNV-1': { file: COMPARES, content: compareBy(HASHES.fnv1), says: HIDDEN },
    'numbers of lines in a plain object': {
      file: COMPARES,
      content: compareBy('(numbers[line] ??= Object.keys(numbers).length) | 0'),
      says: HIDDEN,
    },
  },
})

describe('the recipes', async () => {
  await describeRungs('library-function', 'src', [
    ['set-the-common-ends-aside', 'look-for-the-newline', 'append-one-in-place', 'append-several-in-place'],
    ['append-several-in-place'],
  ])
})

describe('the library', () => {
  const git = (directory: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: 'pipe' })

  test('is the history that lies beside it', async () => {
    const bundle = join(await makeTask({}), 'made.bundle')
    execFileSync(execPath, [join(EXAMPLE, 'make-bundle.mjs'), bundle])
    const heads = (file: string): string => git(EXAMPLE, 'bundle', 'list-heads', file)
    expect(heads(bundle)).toBe(heads(join(EXAMPLE, 'linepatch.bundle')))
    expect(heads(bundle)).toMatch(/^[0-9a-f]{40} HEAD\n/)
  })

  test('gets its versions back as a branch, on which its own tests pass', { timeout: 300_000 }, async () => {
    const directory = await makeTask({})
    const [task, library] = [join(directory, 'task'), join(directory, 'linepatch')]
    await avo(['init', task, '--from', 'library-function'])
    await avo(['run', task, '--max-versions', '1', '--max-attempts', '4', ...QUICK])
    git(directory, 'clone', '--quiet', join(task, 'linepatch.bundle'), library)

    const nowhere = await avo(['export', task, '--branch', 'faster'])
    expect(nowhere).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--repository DIR') })
    const exported = await avo(['export', task, '--branch', 'faster', '--repository', library])
    expect(exported).toMatchObject({ exitCode: 0, stderr: '' })

    git(library, 'switch', '--quiet', 'faster')
    expect(git(library, 'log', '--format=%s', 'main..')).toMatch(/^v1: apply recipe `/)
    expect(git(library, 'diff', '--name-only', 'main')).toMatch(/^(src\/[\w-]+\.ts\n)+$/)
    execFileSync(execPath, ['--test', 'tests/*.test.ts'], { cwd: library, stdio: 'pipe' })
    expect(await readFile(join(library, 'README.md'), 'utf8')).toContain('npm test')
  })
})

function hash(step: string, start: number): string {
  return `[...line].reduce((h, character) => { const c = character.charCodeAt(0); return ${step} }, ${start})`
}

/** The seed, but that lines are the same for it where a number made of them is. */
function compareBy(expression: string): (seed: string) => string {
  return (seed) =>
    seed.replace(
      'export function findCommonLines(before: string[], after: string[]): Match[] {',
      `const numbers: Record<string, number> = {}
const toNumber = (line: string): number => ${expression}

export function findCommonLines(oldLines: string[], newLines: string[]): Match[] {
  const [before, after] = [oldLines.map(toNumber), newLines.map(toNumber)]`,
    )
}
