import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { avo } from '../cli/avo.ts'
import { makeTask } from '../task.ts'
import { describeExample } from './describe-example.ts'

const EXAMPLE = join(PACKAGE_ROOT, 'examples/library-function')
/** One measurement each: the first steps gain much, and the gate has tests of its own. */
const QUICK = ['--set', 'gate.policy=single', '--set', 'gate.veto=off']

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
  },
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
