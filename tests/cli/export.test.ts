import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openRun } from '../../src/run.ts'
import { scriptedModel } from '../scripted-model.ts'
import { withHostileGit } from '../storage/hostile-git.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'

withHostileGit()

const SETTINGS = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'core.hooksPath=/dev/null']

/** Runs git as a person with settings of their own would. */
function git(directory: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', ['-C', directory, ...SETTINGS, ...args], {
    encoding: 'utf8',
    env,
    stdio: 'pipe',
  })
}

/** Everything about a repository that an export must leave as it is. */
async function lookAt(directory: string): Promise<unknown> {
  const gitDirectory = join(directory, '.git')
  return {
    status: git(directory, 'status', '--porcelain', '--ignored'),
    head: await readFile(join(gitDirectory, 'HEAD'), 'utf8'),
    index: (await readFile(join(gitDirectory, 'index'))).toString('base64'),
    refs: git(directory, 'for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter((line) => !line.includes('/faster')),
    files: (await readdir(gitDirectory)).toSorted(),
  }
}

interface Project {
  /** The person's repository. */
  readonly directory: string
  readonly task: string
}

interface ProjectOptions {
  /** Where the seed lies in the person's repository. */
  readonly seed?: string
  readonly config?: string
  readonly summaries?: readonly string[]
}

/** A repository with a program in a directory of it, other files beside it, and a task that was run from there: v1 and v2. */
async function makeProject({ seed = 'lib', config = '', summaries }: ProjectOptions = {}): Promise<Project> {
  const directory = await makeTask({
    'lib/value.txt': '1\n',
    'lib/run.sh': '#!/bin/sh\n',
    'README.md': 'mine\n',
    '.gitignore': 'task/workspace\ntask/.avo\n',
    'task/avo.yaml': `${NUMBER_TASK['avo.yaml']?.replace('seed: seed', `seed: ../${seed}`).replace('max_attempts: 3', 'max_attempts: 2')}${config}`,
    'task/scorer/score.sh': NUMBER_TASK['scorer/score.sh'] ?? '',
  })
  await chmod(join(directory, 'lib/run.sh'), 0o755)
  git(directory, 'init', '--quiet', '--initial-branch=trunk')
  git(directory, 'add', '.')
  git(directory, 'commit', '--quiet', '-m', 'begin')
  await writeFile(join(directory, '.git/config'), '[user]\n\tname = Ada\n\temail = ada@example.org\n', {
    flag: 'a',
  })
  const task = join(directory, 'task')
  await play(task, summaries)
  return { directory, task }
}

async function play(
  task: string,
  summaries: readonly string[] = ['double it\n\nTwice is better.', 'double it again'],
): Promise<void> {
  const script = summaries.map((summary, index) => ({
    calls: [
      ['write_file', { path: 'value.txt', content: `${2 ** (index + 1)}\n` }] as const,
      ['submit', { summary }] as const,
    ],
    costUsd: 0.25,
  }))
  const run = await openRun(await readConfig(task), { model: scriptedModel(script) })
  await run.start(new AbortController().signal)
  run.close()
}

describe('to a branch', () => {
  test('brings every version to where the seed lies, and touches nothing else of a repository with work in it', async () => {
    const { directory, task } = await makeProject()
    await writeFile(join(directory, 'README.md'), 'being written\n')
    await writeFile(join(directory, 'lib/value.txt'), 'being tried\n')
    git(directory, 'add', 'README.md')
    await writeFile(join(directory, '.git/hooks/reference-transaction'), '#!/bin/sh\ntouch "$0.ran"\n', {
      mode: 0o755,
    })
    const before = await lookAt(directory)

    const { exitCode, stdout } = await avo(['export', task, '--branch', 'faster/value', '--json'])
    expect(exitCode).toBe(0)
    expect(await lookAt(directory)).toEqual(before)
    expect(await readdir(join(directory, '.git/hooks'))).not.toContain('reference-transaction.ran')

    expect(JSON.parse(stdout)).toMatchObject({ version: 2, branch: 'faster/value', bringsSeed: false })
    expect(git(directory, 'log', '--format=%an <%ae> %s', 'faster/value')).toBe(
      'Ada <ada@example.org> v2: double it again (+100%)\nAda <ada@example.org> v1: double it (+100%)\nAda <ada@example.org> begin\n',
    )
    const workspace = join(task, 'workspace')
    for (const version of [1, 2])
      expect(git(directory, 'rev-parse', `faster/value~${2 - version}:lib`)).toBe(
        git(workspace, 'rev-parse', `avo/v${version}^{tree}`),
      )
    expect(git(directory, 'diff', '--name-only', 'trunk', 'faster/value')).toBe('lib/value.txt\n')
    expect(
      git(directory, 'log', '-1', '--format=%(trailers:key=Avo-Version,valueonly)', 'faster/value').trim(),
    ).toBe('2')
    expect(git(directory, 'fsck', '--strict')).toBe('')
  })

  test('as one commit, up to a version, with the trailers and the subjects of all', async () => {
    const { directory, task } = await makeProject()
    const one = await avo(['export', task, '--branch', 'faster', '--squash'])
    const part = await avo(['export', task, '--branch', 'faster-one', '--version', 'v1'])
    expect([one.exitCode, part.exitCode]).toEqual([0, 0])
    expect(one.stdout).toMatch(
      /^branch faster in the repository of .*: v2 in 1 commit on top of your commit [0-9a-f]{10}/,
    )
    const message = git(directory, 'log', '-1', '--format=%B', 'faster')
    expect(message).toMatch(
      /^v2: number as of v2 \(\+300%\)\n\nAgainst the seed it was measured directly: \+300%/,
    )
    expect(message).toContain('v1: double it (+100%)\nv2: double it again (+100%)')
    expect(message).toMatch(/^Avo-Cost-USD: 0.5$/m)
    expect(git(directory, 'show', 'faster:lib/value.txt')).toBe('4\n')
    expect(git(directory, 'show', 'faster-one:lib/value.txt')).toBe('2\n')
    expect(git(directory, 'rev-list', '--count', 'trunk..faster')).toBe('1\n')
  })

  test('goes on from the commit that has the seed, whatever came after it', async () => {
    const { directory, task } = await makeProject()
    await writeFile(join(directory, 'lib/more.txt'), 'mine\n')
    await writeFile(join(directory, 'lib/run.sh'), 'echo changed\n')
    git(directory, 'add', '.')
    git(directory, 'commit', '--quiet', '-m', 'go on')
    expect(await avo(['export', task, '--branch', 'faster'])).toMatchObject({ exitCode: 0 })
    expect(git(directory, 'merge-base', 'trunk', 'faster')).toBe(git(directory, 'rev-parse', 'trunk~1'))
    git(directory, 'merge', '--quiet', 'faster')
    expect(await readFile(join(directory, 'lib/run.sh'), 'utf8')).toBe('echo changed\n')
    expect(await readFile(join(directory, 'lib/value.txt'), 'utf8')).toBe('4\n')
  })

  test('brings the seed first where it was never committed, and leaves what lies beside it', async () => {
    const { directory, task } = await makeProject()
    await rm(join(task, 'workspace'), { recursive: true })
    await rm(join(task, '.avo'), { recursive: true })
    await writeFile(join(directory, 'lib/value.txt'), '1.0\n')
    await play(task)
    await mkdir(join(directory, 'lib/build'))
    const { exitCode, stdout } = await avo(['export', task, '--branch', 'faster'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('the first of the new ones brings them'),
    })
    expect(git(directory, 'log', '--format=%s', 'faster')).toBe(
      'v2: double it again (+100%)\nv1: double it (+100%)\nv0: seed\nbegin\n',
    )
    expect(git(directory, 'show', 'faster~2:lib/value.txt')).toBe('1.0\n')
    expect(git(directory, 'show', 'faster:README.md')).toBe('mine\n')
  })

  test('of a seed of one file: it gets its own name back', async () => {
    const { directory, task } = await makeProject({
      seed: 'lib/value.txt',
      config: 'solution_file: value.txt\n',
    })
    expect(await avo(['export', task, '--branch', 'faster'])).toMatchObject({ exitCode: 0 })
    expect(git(directory, 'diff', '--name-status', 'trunk', 'faster')).toBe('M\tlib/value.txt\n')
  })

  test('of a shallow clone, from a worktree', async () => {
    const { directory, task } = await makeProject()
    git(directory, 'commit', '--quiet', '--allow-empty', '-m', 'go on')
    const place = await makeTask({})
    git(place, 'clone', '--quiet', '--depth=1', `file://${directory}`, 'clone')
    git(join(place, 'clone'), 'worktree', 'add', '--quiet', '../tree')
    const repository = join(place, 'tree/lib')
    expect(await avo(['export', task, '--branch', 'faster', '--repository', repository])).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(git(join(place, 'clone'), 'show', 'faster:lib/value.txt')).toBe('4\n')
    expect(git(join(place, 'clone'), 'log', '--format=%s', 'faster')).toBe(
      'v2: double it again (+100%)\nv1: double it (+100%)\ngo on\n',
    )
  })

  test('is refused where it would be somebody else’s, or nowhere', async () => {
    const { directory, task } = await makeProject()
    const plain = await makeTask({})
    const refused = [
      [['--branch', 'trunk'], 'there is a branch trunk in'],
      [['--branch', 'no..name'], "'no..name' can't be the name of a branch"],
      [['--branch', '-f'], "'-f' can't be the name of a branch"],
      [['--branch', 'faster', '--repository', plain], 'no directory of a git repository'],
      [['--branch', 'faster', '--repository', join(task, 'workspace')], 'the workspace of the run itself'],
      [['--branch', 'faster', '--version', 'v9'], 'there is no v9'],
      [['--branch', 'faster', '--version', 'v0'], 'nothing to bring over but the seed'],
      [['--branch', 'faster', '--patch', 'x'], 'cannot be used with'],
      [[], '--branch NAME or --patch FILE'],
    ] as const
    const before = await lookAt(directory)
    for (const [args, message] of refused) {
      const { exitCode, stdout, stderr } = await avo(['export', task, ...args])
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toContain(message)
    }
    expect(await lookAt(directory)).toEqual(before)
  })
})

describe('as a patch', () => {
  const HOSTILE = [
    'From: somebody else <x@example.org>',
    'diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\nIndex: nothing\nFrom here on it is faster',
  ]

  test('that git apply and git am take, with messages that look like mail', async () => {
    const { directory, task } = await makeProject({
      summaries: [`first\n\n${HOSTILE[0]}`, `second\n\n${HOSTILE[1]}`],
    })
    const patch = join(directory, '../', `${task.split('/').at(-2)}.patch`)
    try {
      expect(await avo(['export', task, '--patch', patch])).toMatchObject({ exitCode: 0 })
      expect(await avo(['export', task, '--patch', patch])).toMatchObject({ exitCode: 2 })
      git(directory, 'apply', '--check', patch)
      await avo(['export', task, '--branch', 'faster'])
      git(directory, 'am', '--quiet', patch)
    } finally {
      await rm(patch, { force: true })
    }
    expect(git(directory, 'rev-parse', 'HEAD^{tree}')).toBe(git(directory, 'rev-parse', 'faster^{tree}'))
    expect(git(directory, 'log', '--format=%an %s%n%b')).toBe(
      git(directory, 'log', '--format=%an %s%n%b', 'faster'),
    )
  })

  test('to standard output, of a seed that lies in no repository', async () => {
    const directory = await makeTask({ ...NUMBER_TASK, 'avo.yaml': `${NUMBER_TASK['avo.yaml']}` })
    await play(directory, ['double it', 'again', 'and again'])
    const { exitCode, stdout } = await avo(['export', directory, '--patch', '-', '--squash'])
    expect(exitCode).toBe(0)
    await writeFile(join(directory, 'a.patch'), stdout)
    execFileSync('git', ['apply', '../a.patch'], {
      cwd: join(directory, 'seed'),
      env: { PATH: process.env['PATH'], GIT_CEILING_DIRECTORIES: '/' },
    })
    expect(await readFile(join(directory, 'seed/value.txt'), 'utf8')).toBe('8\n')
    expect(await avo(['export', directory, '--branch', 'faster'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('lies in no git repository'),
    })
  })
})

test('there is nothing to export before a run', async () => {
  const directory = await makeTask()
  expect(await avo(['export', directory, '--patch', '-'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('nothing to bring over but the seed'),
  })
  expect(await readdir(directory)).toEqual(['avo.yaml', 'scorer', 'seed'])
})
