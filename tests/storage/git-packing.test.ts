import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openGitLineage } from '../../src/storage/git-lineage.ts'
import { countLoose, packIfDue } from '../../src/storage/git-packing.ts'
import { openGitRepository } from '../../src/storage/git-repository.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { record } from './versions.ts'

test('packing keeps every ref, and every object that no ref leads to', async () => {
  const directory = await temporaryDirectory()
  const options = {
    directory: join(directory, 'workspace'),
    recordsDirectory: join(directory, '.avo'),
    editable: ['**'],
    project: 'packed',
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', options.directory, ...args], { encoding: 'utf8', stdio: 'pipe' })
  const seed = join(directory, 'seed.txt')
  await writeFile(seed, 'seed\n')
  const lineage = await openGitLineage(options)
  await lineage.commit(await lineage.seed({ kind: 'file', path: seed, as: 'a.txt' }), record({ attempt: 0 }))
  const repository = await openGitRepository(options)

  const evaluated: string[] = []
  const leftover = join(options.directory, '.git/objects/pack/tmp_pack_x')
  for (let attempt = 1; attempt <= 20; attempt++) {
    await writeFile(join(options.directory, 'a.txt'), `evaluated in ${attempt}\n`)
    evaluated.push(await lineage.snapshot())
    await writeFile(join(options.directory, 'a.txt'), `submitted in ${attempt}\n`)
    const tree = await lineage.snapshot()
    await lineage.keep(attempt, { tree, summary: `attempt ${attempt}` }, null)
    if (attempt === 10) await lineage.commit({ tree, summary: 'better' }, record({ attempt }))
    if (attempt % 7 !== 0) continue
    await writeFile(leftover, '')
    await utimes(leftover, 0, 0)
    await packIfDue(repository, { objects: 0, refs: 1 })
  }

  expect(existsSync(leftover)).toBe(false)
  expect(git('count-objects', '-v')).toMatch(/^in-pack: 7\d$/m)
  expect((await countLoose(join(options.directory, '.git'))).refs).toBe(6)
  const attempts = git('for-each-ref', '--format=%(refname:lstrip=3) %(subject)', 'refs/avo/attempts')
  expect(attempts.trimEnd().split('\n')).toHaveLength(20)
  expect(attempts).toMatch(/^7 attempt 7: attempt 7$/m)
  for (const [index, tree] of evaluated.entries())
    expect(git('show', `${tree}:a.txt`)).toBe(`evaluated in ${index + 1}\n`)
  expect((await openGitLineage(options)).versions).toEqual(lineage.versions)
  await lineage.commit({ tree: evaluated[0] ?? '', summary: 'goes on' }, record({ attempt: 21 }))
  expect(git('rev-parse', 'main')).toBe(git('rev-parse', 'avo/v2'))
  git('fsck', '--strict')
})
