import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGitLineage } from '../../src/storage/git-lineage.ts'
import { git, withHostileGit } from './hostile-git.ts'
import { createTask, describeLineage } from './lineage-suite.ts'
import { record } from './versions.ts'

withHostileGit()
describeLineage('GitLineage', openGitLineage)

/** A task with v0 and v1 on its branch. */
async function createLineage() {
  const task = await createTask(openGitLineage)
  const seed = await task.plant()
  await task.lineage.commit(seed, record({ gain: 0, attempt: 0, costUsd: 0 }))
  await task.write('solution.py', 'fast')
  const tree = await task.lineage.snapshot()
  await task.lineage.commit({ tree, summary: 'fast path' }, record())
  return { ...task, lineage: task.lineage, seed, tree }
}

describe('the repository that a person sees', () => {
  it('has a commit with trailers and a tag for each version', async () => {
    const { workspace, lineage, tree } = await createLineage()
    expect(git(workspace, 'log', '--format=%s <%an> %D')).toBe(
      'v1: fast path (+3.4%) <avo> HEAD -> main, tag: avo/v1\nv0: seed <avo> tag: avo/v0\n',
    )
    expect(git(workspace, 'rev-parse', 'avo/v1', 'avo/v1^{tree}').split('\n')).toEqual([
      lineage.versions[1]?.commit,
      tree,
      '',
    ])
    const message = git(workspace, 'log', '-1', '--format=%B')
    expect(execFileSync('git', ['interpret-trailers', '--parse'], { input: message, encoding: 'utf8' })).toBe(
      [
        'Avo-Version: 1',
        'Avo-Score: 1.5',
        'Avo-Scores: {"n=1e3":1.5}',
        'Avo-Gain: +3.4%',
        'Avo-Attempt: 1',
        'Avo-Scorer: sha256:abc',
        'Avo-Cost-USD: 0.42',
        '',
      ].join('\n'),
    )
  })

  it('is clean after a commit and shows real edits only', async () => {
    const { workspace, write } = await createLineage()
    await write('src/__pycache__/a.pyc', 'x')
    expect(git(workspace, 'status', '--porcelain')).toBe('')
    await write('solution.py', 'slow')
    await write('src/new.py', 'x')
    expect(git(workspace, 'status', '--porcelain')).toBe(' M solution.py\n?? src/\n')
  })

  it('keeps what attempts submitted, out of the branch', async () => {
    const { workspace, lineage, write } = await createLineage()
    await write('solution.py', 'wrong')
    await lineage.keep(7, { tree: await lineage.snapshot(), summary: 'a try\n\nAvo-Version: 9' }, 0.5)
    expect(git(workspace, 'show', 'refs/avo/attempts/7:solution.py')).toBe('wrong')
    expect(git(workspace, 'log', '-2', '--format=%s', 'refs/avo/attempts/7')).toBe(
      'attempt 7: a try\nv1: fast path (+3.4%)\n',
    )
  })

  it('leaves the repository that it lies in alone', async () => {
    const task = await createTask(openGitLineage, { openNow: false })
    git(task.root, 'init', '--quiet')
    git(task.root, 'add', 'seed')
    git(task.root, 'commit', '--quiet', '-m', 'mine')
    const state = async () => [
      git(task.root, 'for-each-ref'),
      git(task.root, 'diff', '--cached', '--name-only'),
      await readFile(join(task.root, '.git/config'), 'utf8'),
    ]
    const before = await state()
    const lineage = await task.open()
    await lineage.commit(await lineage.seed(task.source), record())
    await lineage.keep(1, { tree: await lineage.snapshot(), summary: 'x' }, null)
    expect(await state()).toEqual(before)

    await rm(join(task.workspace, '.git'), { recursive: true })
    await expect(lineage.snapshot()).rejects.toMatchObject({ code: 'storage' })
    await expect(lineage.keep(2, { tree: await treeOf(task.root), summary: 'x' }, null)).rejects.toThrow()
    expect(await state()).toEqual(before)
  })
})

describe('a repository that is not as it was left', () => {
  it('is not taken over when somebody else made it', async () => {
    const task = await createTask(openGitLineage, { openNow: false })
    await mkdir(task.workspace)
    git(task.workspace, 'init', '--quiet')
    git(task.workspace, 'commit', '--quiet', '--allow-empty', '-m', 'mine')
    await expect(task.open()).rejects.toThrow(/avo did not make/)
    expect(git(task.workspace, 'log', '--format=%s')).toBe('mine\n')
  })

  it("takes a person's commits off the branch, to one of their own, and leaves their files", async () => {
    const { workspace, lineage, tree, write, open, read } = await createLineage()
    await write('solution.py', 'by hand')
    git(workspace, 'commit', '--quiet', '-am', 'by hand')
    await write('solution.py', 'by hand, better')
    git(workspace, 'commit', '--quiet', '-am', 'again')
    const mine = git(workspace, 'rev-list', '--reverse', 'main', '^avo/v1').trim().split('\n')
    await expect(lineage.commit({ tree, summary: 'late' }, record())).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('somebody else'),
    })
    expect(git(workspace, 'log', '-1', '--format=%s')).toBe('again\n')

    const again = await open()
    expect(again.versions).toEqual(lineage.versions)
    const branch = `set-aside/${mine[1]?.slice(0, 12)}`
    expect(await again.tend()).toEqual({ commits: mine, branch })
    expect(await again.tend()).toBeNull()
    expect(git(workspace, 'log', '-1', '--format=%s', branch)).toBe('again\n')
    expect(git(workspace, 'rev-parse', 'main').trim()).toBe(lineage.versions[1]?.commit)
    expect(await read('solution.py')).toBe('by hand, better')
    expect(git(workspace, 'status', '--porcelain')).toBe(' M solution.py\n')
    await again.commit({ tree, summary: 'on it goes' }, record())
    expect((await open()).versions).toHaveLength(3)
  })

  it.each([
    ['amended the newest version', ['commit', '--quiet', '--amend', '-m', 'mine, with\n\nAvo-Version: 1']],
    ['began anew from an old one', ['reset', '--quiet', '--soft', 'avo/v0']],
  ])('goes on from the newest version where somebody %s', async (_name, command) => {
    const { workspace, lineage, open } = await createLineage()
    git(workspace, ...command)
    git(workspace, 'commit', '--quiet', '--allow-empty', '-m', 'mine')
    const again = await open()
    expect(again.versions).toEqual(lineage.versions)
    const mine = git(workspace, 'rev-parse', 'main').trim()
    const foreign = await again.tend()
    expect(foreign?.commits.at(-1)).toBe(mine)
    expect(git(workspace, 'rev-parse', foreign?.branch ?? '').trim()).toBe(mine)
    expect((await open()).versions).toEqual(lineage.versions)
  })

  it('refuses to commit while another branch or an old version is checked out', async () => {
    const { workspace, lineage, tree, open } = await createLineage()
    for (const where of [
      ['-c', 'mine'],
      ['--detach', 'avo/v0'],
    ]) {
      git(workspace, 'switch', '--quiet', ...where)
      await expect(lineage.commit({ tree, summary: 'x' }, record())).rejects.toThrow(/lineage is on main/)
      await expect(open()).rejects.toThrow(/lineage is on main/)
      git(workspace, 'switch', '--quiet', 'main')
    }
    expect((await open()).versions).toHaveLength(2)
  })

  it('builds nothing over versions that were taken off the branch', async () => {
    const { workspace, lineage, open } = await createLineage()
    git(workspace, 'reset', '--quiet', '--soft', 'avo/v0')
    await expect(open()).rejects.toThrow(/avo\/v1/)
    expect(git(workspace, 'rev-parse', 'avo/v1').trim()).toBe(lineage.versions[1]?.commit)
    git(workspace, 'tag', '-d', 'avo/v1')
    expect((await open()).versions).toHaveLength(1)
  })

  it('gets tags that a crash left out', async () => {
    const { workspace, open } = await createLineage()
    git(workspace, 'tag', '-d', 'avo/v0', 'avo/v1')
    await (await open()).tend()
    expect(git(workspace, 'tag')).toBe('avo/v0\navo/v1\n')
  })

  it('survives locks and an index that a crash left behind', async () => {
    const { root, workspace, lineage, open, write, tree } = await createLineage()
    await writeFile(join(root, '.avo/git-index.lock'), '')
    await writeFile(join(workspace, '.git/index.lock'), '')
    expect(await lineage.snapshot()).toBe(tree)
    await lineage.commit({ tree, summary: 'while a person holds the index' }, record())

    const locks = [
      'HEAD',
      'index',
      'packed-refs',
      'refs/heads/main',
      'refs/tags/avo/v3',
      'refs/avo/attempts/1',
    ]
    for (const name of locks) await write(`.git/${name}.lock`, '')
    await writeFile(join(root, '.avo/git-index'), 'torn')
    const again = await open({ writer: true })
    expect(again.versions).toHaveLength(3)
    expect(await again.tend()).toBeNull()
    await write('solution.py', 'faster')
    expect(await again.snapshot()).not.toBe(tree)
    await again.keep(1, { tree, summary: 'kept' }, null)
    await again.commit({ tree, summary: 'after the crash' }, record())
    expect(git(workspace, 'status', '--porcelain')).toBe(' M solution.py\n')
  })

  it('leaves the locks of a git that a person runs there, and waits for those of a killed harness', async () => {
    const { workspace, open, write } = await createLineage()
    const run = (args: readonly string[]) => {
      const child = spawn('git', [...args, 'cat-file', '--batch'], {
        cwd: workspace,
        env: { PATH: process.env['PATH'] },
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    }
    const theirs = run([])
    await once(theirs, 'spawn')
    await write('.git/index.lock', '')
    await open({ writer: true })
    expect(existsSync(join(workspace, '.git/index.lock'))).toBe(true)

    const ours = run(['-c', 'core.hooksPath=/dev/null'])
    await once(ours, 'spawn')
    let isOpen = false
    const opening = open({ writer: true }).then(() => {
      isOpen = true
    })
    await setTimeout(200)
    expect(isOpen).toBe(false)
    ours.stdin.end()
    await opening
    const ended = once(theirs, 'exit')
    theirs.kill('SIGKILL')
    await ended
    await open({ writer: true })
    expect(existsSync(join(workspace, '.git/index.lock'))).toBe(false)
  })

  it('begins anew where the workspace was deleted and the records were not', async () => {
    const task = await createLineage()
    await rm(task.workspace, { recursive: true })
    const again = await task.open()
    expect(again.versions).toEqual([])
    expect((await again.seed(task.source)).tree).toBe(task.seed.tree)
  })

  it('is read when its settings and index belong to a person', async () => {
    const { workspace, lineage, write, open, tree } = await createLineage()
    git(workspace, 'config', 'core.autocrlf', 'true')
    git(workspace, 'config', 'filter.upper.clean', 'tr a-z A-Z')
    await write('.git/hooks/reference-transaction', '#!/bin/sh\nexit 1\n')
    await chmod(join(workspace, '.git/hooks/reference-transaction'), 0o755)
    await write('.gitattributes', '*.py filter=upper\n')
    await write('solution.py', 'edited\r\n')
    git(workspace, 'add', '-A')
    const changed = await lineage.snapshot()
    expect(await lineage.readFile(changed, 'solution.py')).toBe('edited\r\n')
    await lineage.commit({ tree: changed, summary: 'edited' }, record())
    await (await open()).restore(tree)
    expect(await readFile(join(workspace, 'solution.py'), 'utf8')).toBe('fast')
  })
})

describe('what an agent may do to its workspace', () => {
  it('can not hide files in a repository of its own', async () => {
    const { workspace, lineage, write, tree } = await createLineage()
    await write('vendored/readme.md', 'x')
    git(join(workspace, 'vendored'), 'init', '--quiet')
    expect(await lineage.snapshot()).toBe(tree)
    await write('src/lib/a.py', 'x')
    git(join(workspace, 'src/lib'), 'init', '--quiet')
    const refusal = await lineage.snapshot().catch((error: unknown) => error)
    expect(refusal).toMatchObject({ name: 'Error', message: expect.stringContaining('src/lib/.git') })

    await lineage.restore(tree)
    await rm(join(workspace, 'src/lib/.git'), { recursive: true })
    expect(await lineage.readFile(await lineage.snapshot(), 'src/lib/a.py')).toBe('x')
  })

  it('can put a pipe or a link to elsewhere in the place of a file', async () => {
    const { workspace, lineage, tree } = await createLineage()
    const file = join(workspace, 'solution.py')
    await rm(file)
    execFileSync('mkfifo', [file])
    await expect(lineage.snapshot()).rejects.toMatchObject({ name: 'Error' })
    await lineage.restore(tree)
    expect(await readFile(file, 'utf8')).toBe('fast')
  })

  it('can ignore files, but not those of the solution', async () => {
    const { lineage, write } = await createLineage()
    await write('.gitignore', '*.log\nsolution.py\n')
    await write('src/debug.log', 'noise')
    await write('solution.py', 'still seen')
    const tree = await lineage.snapshot()
    expect(await lineage.readFile(tree, 'src/debug.log')).toBeNull()
    expect(await lineage.readFile(tree, 'solution.py')).toBe('still seen')
  })

  it('can change nothing but a mode', async () => {
    const { workspace, lineage, tree } = await createLineage()
    await chmod(join(workspace, 'solution.py'), 0o755)
    const executable = await lineage.snapshot()
    expect(executable).not.toBe(tree)
    await lineage.restore(tree)
    expect((await stat(join(workspace, 'solution.py'))).mode & 0o111).toBe(0)
  })
})

describe('a seed', () => {
  it('is a repository at a ref, with all that it tracks', async () => {
    const task = await createTask(openGitLineage)
    const source = join(task.root, 'their-repository')
    await mkdir(join(source, 'build'), { recursive: true })
    git(source, 'init', '--quiet')
    await writeFile(join(source, 'solution.py'), 'old\r\nnew\n# $Id$\n')
    await writeFile(join(source, 'build/tracked.txt'), 'tracked though ignored')
    git(source, 'add', '-A', '-f')
    git(source, 'commit', '--quiet', '-m', 'one')
    await writeFile(join(source, '.gitattributes'), '* text eol=crlf ident\n')
    git(source, 'add', '.gitattributes')
    git(source, 'commit', '--quiet', '-m', 'attributes')
    git(source, 'tag', 'v1')
    await writeFile(join(source, 'solution.py'), 'new\n')
    git(source, 'commit', '--quiet', '-am', 'two')

    const { tree } = await task.lineage.seed({ kind: 'repository', url: source, ref: 'v1' })
    expect(tree).toBe(git(source, 'rev-parse', 'v1^{tree}').trim())
    expect(await task.read('solution.py')).toBe('old\r\nnew\n# $Id$\n')
    expect(await task.read('build/tracked.txt')).toBe('tracked though ignored')
    expect(await task.lineage.snapshot()).toBe(tree)
    expect(await task.read('.git/shallow').catch(() => null)).toBeNull()
    const { tree: latest } = await task.lineage.seed({ kind: 'repository', url: source })
    expect(await task.lineage.readFile(latest, 'solution.py')).toBe('new\n')

    const bundle = join(task.root, 'theirs.bundle')
    git(source, 'bundle', 'create', '--quiet', bundle, 'HEAD', 'v1')
    for (const [ref, expected] of [
      ['HEAD', latest],
      ['v1', tree],
    ] as const)
      expect((await task.lineage.seed({ kind: 'repository', url: bundle, ref })).tree).toBe(expected)
  })

  it('is named by its full commit id, and a short one is refused with what to do', async () => {
    const task = await createTask(openGitLineage)
    const source = join(task.root, 'their-repository')
    await mkdir(source)
    git(source, 'init', '--quiet')
    await writeFile(join(source, 'solution.py'), 'theirs')
    git(source, 'add', '-A')
    git(source, 'commit', '--quiet', '-m', 'one')
    const id = git(source, 'rev-parse', 'HEAD').trim()
    await expect(
      task.lineage.seed({ kind: 'repository', url: source, ref: id.slice(0, 8) }),
    ).rejects.toMatchObject({ code: 'task', hint: expect.stringContaining('the full commit id') })
    const { tree } = await task.lineage.seed({ kind: 'repository', url: source, ref: id })
    expect(await task.lineage.readFile(tree, 'solution.py')).toBe('theirs')
  })

  it('leaves out what its .gitignore names', async () => {
    const task = await createTask(openGitLineage)
    await writeFile(join(task.root, 'seed/.gitignore'), '*.tmp\n')
    await writeFile(join(task.root, 'seed/cache.tmp'), 'x')
    const { tree } = await task.plant()
    expect(await task.lineage.readFile(tree, 'cache.tmp')).toBeNull()
    expect(await task.lineage.readFile(tree, '.gitignore')).toBe('*.tmp\n')
  })

  it('may not hold repositories or editable links that lead out of it', async () => {
    const task = await createTask(openGitLineage)
    await symlink('/etc/hostname', join(task.root, 'seed/.gitattributes'))
    await expect(task.plant()).rejects.toMatchObject({
      code: 'task',
      message: expect.stringContaining('.gitattributes'),
    })
    await rm(join(task.root, 'seed/.gitattributes'))
    git(join(task.root, 'seed/data'), 'init', '--quiet')
    await expect(task.plant()).rejects.toMatchObject({
      code: 'task',
      message: expect.stringContaining('data/'),
    })
  })
})

async function treeOf(repository: string): Promise<string> {
  return git(repository, 'rev-parse', 'HEAD^{tree}').trim()
}
