import {
  chmod,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LineageOptions, SeedSource, StoredLineage } from '../../src/storage/stored-lineage.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { record } from './versions.ts'

type Open = (options: LineageOptions) => Promise<StoredLineage>

/** What every lineage must do, wherever it is kept. */
export function describeLineage(name: string, open: Open): void {
  describe(`${name} as a lineage`, () => {
    it('keeps versions in order and reads them back after a restart', async () => {
      const task = await createTask(open)
      const seed = await task.plant()
      await task.lineage.commit(seed, record({ gain: 0, attempt: 0, costUsd: 0 }))
      await task.write('solution.py', 'fast')
      const tree = await task.lineage.snapshot()
      const first = await task.lineage.commit(
        { tree, summary: 'fast path\n\nGröße zählt.' },
        record({ base: 0 }),
      )

      expect(first).toMatchObject({ number: 1, tree, summary: 'fast path\n\nGröße zählt.', attempt: 1 })
      const again = await task.open()
      expect(again.versions).toEqual(task.lineage.versions)
      expect(again.versions.map((version) => version.number)).toEqual([0, 1])
    })

    it('keeps scores exactly, whatever the configurations are called', async () => {
      const scores = ['__proto__', 'größe\n"x"', 'n=1e3', 'a: b', '🚀'].map((configuration, index) => ({
        configuration,
        value: 0.1 + 1 / (3 + index),
      }))
      const score = { correct: true as const, value: 0.30000000000000004, scores }
      const task = await createTask(open)
      await task.lineage.commit(await task.plant(), record({ score, costUsd: null }))

      const [version] = (await task.open()).versions
      expect(version?.score).toEqual(score)
      expect(version?.costUsd).toBeNull()
    })

    it('lets an attempt be kept twice, as a resumed run does', async () => {
      const task = await createTask(open)
      const seed = await task.plant()
      await task.lineage.commit(seed, record())
      await task.lineage.keep(1, { ...seed, summary: 'one\0\u001b[31m' }, 0.1)
      await task.lineage.keep(1, { ...seed, summary: 'two' }, 0.2)
    })

    it('tells what attempts have submitted, in order, and what was spent', async () => {
      const task = await createTask(open)
      const seed = await task.plant()
      expect(await task.lineage.readAttempts()).toEqual([])
      const kept = [
        { attempt: 2, tree: seed.tree, summary: 'two\n\nAvo-Cost-USD: 99', costUsd: null },
        { attempt: 10, tree: seed.tree, summary: 'ten\n\nfor a reason', costUsd: 0.000_123 },
      ]
      for (const { attempt, costUsd, ...solution } of kept.toReversed())
        await task.lineage.keep(attempt, solution, costUsd)
      const read = await (await task.open()).readAttempts()
      expect(read).toMatchObject([{ attempt: 2, tree: seed.tree, costUsd: null }, kept[1]])
    })

    it('keeps what was evaluated with what was said about it, the last word at one place', async () => {
      const task = await createTask(open)
      const seed = await task.plant()
      await task.lineage.commit(seed, record())
      await task.write('solution.py', 'wrong')
      const tree = await task.lineage.snapshot()
      const report = 'Incorrect: 1 of 2\n\nOutput:\n\ta „quoted“ line\n\nAvo-Version: 7'
      await task.lineage.keepEvaluated({ attempt: 3, evaluation: 1 }, { tree: seed.tree, report: 'old' })
      await task.lineage.keepEvaluated({ attempt: 3, evaluation: 1 }, { tree, report })
      await task.lineage.keepEvaluated({ attempt: 3, evaluation: 10 }, { tree: seed.tree, report: 'ten' })
      const again = await task.open()
      expect(await again.readEvaluated({ attempt: 3, evaluation: 1 })).toEqual({ tree, report })
      expect(await again.readEvaluated({ attempt: 3, evaluation: 2 })).toBeNull()
      expect(await again.readEvaluated({ attempt: 31, evaluation: 0 })).toBeNull()
      expect(await again.readAttempts()).toEqual([])
      expect([...(await again.readEvaluations())]).toEqual([[3, 10]])
    })

    it('keeps files as they are found, the same ones under the same name', async () => {
      const task = await createTask(open)
      await task.lineage.commit(await task.plant(), record())
      await task.write('solution.py', 'by hand')
      const name = await task.lineage.keepFiles()
      expect(await task.lineage.keepFiles()).toBe(name)
      await task.write('solution.py', 'by somebody else')
      expect(await task.lineage.keepFiles()).not.toBe(name)
    })

    it('refuses a directory with files that are not its own, and leaves them alone', async () => {
      const task = await createTask(open, { openNow: false })
      await mkdir(task.workspace)
      await task.write('precious.txt', 'mine')
      await expect(task.open()).rejects.toMatchObject({
        code: 'storage',
        hint: expect.stringContaining('workspace_dir'),
      })
      expect(await task.read('precious.txt')).toBe('mine')
    })

    it('refuses the workspace of another project', async () => {
      const task = await createTask(open)
      await expect(task.open({ project: 'other' })).rejects.toThrow(/project 'test'/)
    })
  })

  describe(`${name} as a workspace`, () => {
    it('knows editable files by their content alone', async () => {
      const task = await createTask(open)
      const { tree: seed } = await task.plant()
      expect(await task.lineage.snapshot()).toBe(seed)

      await task.write('src/new.py', 'new')
      const changed = await task.lineage.snapshot()
      expect(changed).not.toBe(seed)
      expect(await task.lineage.readFile(changed, 'src/new.py')).toBe('new')

      await rm(join(task.workspace, 'src'), { recursive: true })
      expect(await task.lineage.snapshot()).toBe(seed)
    })

    it('takes in neither what is not editable nor what builds leave behind', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      for (const path of [
        'notes.txt',
        'src/__pycache__/x.py',
        'src/node_modules/m/x.py',
        'src/build/x.py',
        'tests/x.py',
      ])
        await task.write(path, 'x')
      expect(await task.lineage.snapshot()).toBe(tree)
      expect(task.lineage.isEditable('src/deep/x.py')).toBe(true)
      for (const path of ['src/../avo.yaml', '/src/x.py', 'src/.git/x.py', 'src/skip.py', 'tests/x.py'])
        expect(task.lineage.isEditable(path)).toBe(false)
    })

    it('notices an edit of the same size in the same moment', async () => {
      const task = await createTask(open)
      await task.plant()
      const trees = new Set<string>()
      for (let edit = 10; edit < 40; edit++) {
        await task.write('solution.py', `value = ${edit}`)
        trees.add(await task.lineage.snapshot())
      }
      expect(trees.size).toBe(30)
    })

    it('notices an edit that keeps size and modification time', async () => {
      const task = await createTask(open)
      await task.plant()
      const file = join(task.workspace, 'solution.py')
      const past = new Date('2020-01-01T00:00:00Z')
      await task.write('solution.py', 'value = 1')
      await utimes(file, past, past)
      const before = await task.lineage.snapshot()
      const draft = join(task.workspace, 'draft')
      await writeFile(draft, 'value = 2')
      await utimes(draft, past, past)
      await rename(draft, file)
      expect(await task.lineage.snapshot()).not.toBe(before)
    })

    it('brings any tree back and leaves other files alone', async () => {
      const task = await createTask(open)
      const { tree: seed } = await task.plant()
      await task.write('solution.py', 'changed')
      await task.write('src/a/b.py', 'deep')
      await task.write('notes.txt', 'scratch')
      const changed = await task.lineage.snapshot()

      await task.lineage.restore(seed)
      expect(await task.read('solution.py')).toBe('seed\r\n')
      await expect(stat(join(task.workspace, 'src/a/b.py'))).rejects.toThrow()
      expect(await task.read('notes.txt')).toBe('scratch')
      expect(await task.lineage.snapshot()).toBe(seed)

      await rm(join(task.workspace, 'src/a'), { recursive: true, force: true })
      await task.write('src/a', 'a file where a directory was')
      await task.lineage.restore(changed)
      expect(await task.read('src/a/b.py')).toBe('deep')
      expect(await task.lineage.snapshot()).toBe(changed)
    })

    it('restores what was never snapshotted away, deleted files included', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      await task.write('solution.py', 'never seen')
      await task.write('src/extra.py', 'never seen either')
      await task.lineage.restore(tree)
      expect(await task.read('solution.py')).toBe('seed\r\n')
      await rm(join(task.workspace, 'solution.py'))
      await task.lineage.restore(tree)
      expect(await task.lineage.snapshot()).toBe(tree)
    })

    it('takes a folder in the place of a file, and a file in the place of a folder', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      const place = join(task.workspace, 'solution.py')
      await rm(place)
      await task.write('solution.py/inside/more.py', 'deep')
      const folder = await task.lineage.snapshot()
      expect(await task.lineage.readFile(folder, 'solution.py/inside/more.py')).toBe('deep')
      await rm(place, { recursive: true })
      await task.write('solution.py', 'flat again')
      expect(await task.lineage.readFile(await task.lineage.snapshot(), 'solution.py')).toBe('flat again')
      await task.lineage.restore(folder)
      expect(await readFile(join(place, 'inside/more.py'), 'utf8')).toBe('deep')
      await task.lineage.restore(tree)
      expect(await task.lineage.snapshot()).toBe(tree)
    })

    it('never writes through a link that leads out of the workspace', async () => {
      const task = await createTask(open)
      await task.plant()
      await task.write('src/a.py', 'inside')
      const tree = await task.lineage.snapshot()
      const outside = join(task.root, 'outside')
      await mkdir(outside)
      await rm(join(task.workspace, 'src'), { recursive: true })
      await symlink(outside, join(task.workspace, 'src'))

      await expect(task.lineage.snapshot()).rejects.toThrow(/src is a link to .*outside/)
      await task.lineage.restore(tree)
      expect(await task.read('src/a.py')).toBe('inside')
      await expect(stat(join(outside, 'a.py'))).rejects.toThrow()
    })

    it('takes nothing from behind a link', async () => {
      const task = await createTask(open, { openNow: false })
      const lineage = await task.open({ editable: ['solution.py', 'src/*.py'] })
      await lineage.seed(task.source)
      await task.write('src/a.py', 'mine')
      const tree = await lineage.snapshot()
      const outside = join(task.root, 'outside')
      await rename(join(task.workspace, 'src'), outside)
      await symlink(outside, join(task.workspace, 'src'))
      expect(await lineage.readFile(await lineage.snapshot(), 'src/a.py')).toBeNull()

      await writeFile(join(outside, 'a.py'), 'theirs')
      await lineage.restore(tree)
      expect(await task.read('src/a.py')).toBe('mine')
      expect(await readFile(join(outside, 'a.py'), 'utf8')).toBe('theirs')
    })

    it('exports a tree byte for byte, modes and links too', async () => {
      const task = await createTask(open)
      await task.plant()
      const bytes = Buffer.from([0, 13, 10, 255, 10, 13])
      await task.write(
        '.gitattributes',
        '* text=auto eol=lf ident working-tree-encoding=UTF-16\n*.sh export-ignore\n',
      )
      await task.write('src/data.bin', bytes)
      await task.write('src/run.sh', '#!/bin/sh\r\n# $Id$\n')
      await task.write('src/name with ümlaut.py', 'x')
      await chmod(join(task.workspace, 'src/run.sh'), 0o755)
      await symlink('run.sh', join(task.workspace, 'src/link.sh'))
      const tree = await task.lineage.snapshot()
      await task.write('src/data.bin', 'changed since')

      const target = join(task.root, 'target')
      await mkdir(target)
      await task.lineage.export(tree, target)
      expect(await readFile(join(target, 'src/data.bin'))).toEqual(bytes)
      expect(await readFile(join(target, 'src/run.sh'), 'utf8')).toBe('#!/bin/sh\r\n# $Id$\n')
      expect((await stat(join(target, 'src/run.sh'))).mode & 0o111).not.toBe(0)
      expect((await stat(join(target, 'src/data.bin'))).mode & 0o111).toBe(0)
      expect(await readlink(join(target, 'src/link.sh'))).toBe('run.sh')
      expect(await readFile(join(target, 'src/name with ümlaut.py'), 'utf8')).toBe('x')
      expect(await readFile(join(target, 'data/table.csv'), 'utf8')).toBe('1,2\r\n')
    })

    it('tells the agent about files that can not be part of a solution', async () => {
      const task = await createTask(open)
      await task.plant()
      await symlink('/etc/hostname', join(task.workspace, 'src.py'))
      expect(typeof (await task.lineage.snapshot())).toBe('string')
      await mkdir(join(task.workspace, 'src'))
      await symlink('../../secret', join(task.workspace, 'src/escape.py'))
      const refusal = await task.lineage.snapshot().catch((error: unknown) => error)
      expect(refusal).toMatchObject({ name: 'Error', message: expect.stringContaining('src/escape.py') })
    })

    it('shows differences as a unified diff, and none between equal trees', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      await task.write('solution.py', 'seed\r\nmore\n')
      const changed = await task.lineage.snapshot()
      const diff = await task.lineage.diff(tree, changed)
      expect(diff).toContain('--- a/solution.py\n+++ b/solution.py\n')
      expect(diff).toContain('\n+more\n')
      expect(diff).not.toContain('table.csv')
      expect(await task.lineage.diff(changed, changed)).toBe('')
    })

    it('reads one file of a tree', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      expect(await task.lineage.readFile(tree, 'solution.py')).toBe('seed\r\n')
      expect(await task.lineage.readFile(tree, 'data/table.csv')).toBe('1,2\r\n')
      for (const path of ['data', 'missing.py', '', '../avo.yaml', 'a\nb'])
        expect(await task.lineage.readFile(tree, path)).toBeNull()
    })
  })

  describe(`${name} and its seed`, () => {
    it('keeps what is not editable as it is in the seed', async () => {
      const task = await createTask(open)
      await task.plant()
      await task.write('data/table.csv', 'forged')
      const tree = await task.lineage.snapshot()
      expect(await task.lineage.readFile(tree, 'data/table.csv')).toBe('1,2\r\n')
      await task.lineage.commit({ tree, summary: 'seed' }, record())
      expect(await (await task.open()).snapshot()).toBe(tree)
      expect(await task.read('data/table.csv')).toBe('forged')
    })

    it('has sources in a directory that is named like those of builds', async () => {
      const task = await createTask(open)
      const seed = join(task.root, 'seed')
      for (const directory of ['src/build', 'target', 'src/__pycache__'])
        await mkdir(join(seed, directory), { recursive: true })
      for (const path of ['src/build/plan.py', 'target/sizes.txt', 'src/__pycache__/plan.py'])
        await writeFile(join(seed, path), 'from the seed')

      const planted = await task.plant()
      for (const path of ['src/build/plan.py', 'target/sizes.txt'])
        expect(await task.lineage.readFile(planted.tree, path)).toBe('from the seed')
      expect(await task.lineage.readFile(planted.tree, 'src/__pycache__/plan.py')).toBeNull()
      expect(await task.lineage.snapshot()).toBe(planted.tree)

      await task.lineage.commit(planted, record())
      await rm(join(task.workspace, 'src/build/plan.py'))
      await task.write('src/build/faster.py', 'by the agent')
      for (const lineage of [task.lineage, await task.open()]) {
        const tree = await lineage.snapshot()
        expect(await lineage.readFile(tree, 'src/build/plan.py')).toBeNull()
        expect(await lineage.readFile(tree, 'src/build/faster.py')).toBe('by the agent')
      }
    })

    it('takes a single file under the name of the solution', async () => {
      const task = await createTask(open)
      const path = join(task.root, 'start.py')
      await writeFile(path, 'one file')
      const { tree } = await task.lineage.seed({ kind: 'file', path, as: 'src/solution.py' })
      expect(await task.read('src/solution.py')).toBe('one file')
      expect(await task.lineage.snapshot()).toBe(tree)
    })

    it('can be planted again after a crash in the middle', async () => {
      const task = await createTask(open)
      const { tree } = await task.plant()
      await rm(join(task.workspace, 'data'), { recursive: true })
      await task.write('solution.py', 'half writ')
      const again = await task.open()
      expect((await again.seed(task.source)).tree).toBe(tree)
      expect(await task.read('data/table.csv')).toBe('1,2\r\n')
      expect(await task.read('solution.py')).toBe('seed\r\n')
    })

    it.each<[string, (root: string) => SeedSource]>([
      ['is missing', (root) => ({ kind: 'file', path: join(root, 'nowhere.py'), as: 'solution.py' })],
      ['is no directory', (root) => ({ kind: 'directory', path: join(root, 'seed/solution.py') })],
      ['has nothing editable', (root) => ({ kind: 'directory', path: join(root, 'seed/data') })],
      ['is a repository that is not there', (root) => ({ kind: 'repository', url: join(root, 'nowhere') })],
    ])('refuses one that %s', async (_reason, source) => {
      const task = await createTask(open)
      await expect(task.lineage.seed(source(task.root))).rejects.toMatchObject({ code: 'task' })
    })
  })
}

/** A task on the disk: a seed directory, a workspace that is not there yet, a place for records. */
export async function createTask(open: Open, options: { openNow?: boolean } = {}) {
  const root = await temporaryDirectory()
  const workspace = join(root, 'workspace')
  const source: SeedSource = { kind: 'directory', path: join(root, 'seed') }
  const openLineage = (changes: Partial<LineageOptions> = {}): Promise<StoredLineage> =>
    open({
      directory: workspace,
      recordsDirectory: join(root, '.avo'),
      editable: ['solution.py', 'src/', '.gitattributes', '.gitignore', '!src/skip.py'],
      project: 'test',
      ...changes,
    })
  await mkdir(join(root, 'seed/data'), { recursive: true })
  await writeFile(join(root, 'seed/solution.py'), 'seed\r\n')
  await writeFile(join(root, 'seed/data/table.csv'), '1,2\r\n')
  const lineage = options.openNow === false ? undefined : await openLineage()
  return {
    root,
    workspace,
    source,
    open: openLineage,
    get lineage(): StoredLineage {
      if (lineage === undefined) throw new Error('the lineage was not opened')
      return lineage
    },
    plant: () => {
      if (lineage === undefined) throw new Error('the lineage was not opened')
      return lineage.seed(source)
    },
    async write(path: string, content: string | Buffer) {
      await mkdir(join(workspace, path, '..'), { recursive: true })
      await writeFile(join(workspace, path), content)
    },
    read: (path: string) => readFile(join(workspace, path), 'utf8'),
  }
}
