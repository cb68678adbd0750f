import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openWorkspaceWatch } from '../../src/storage/workspace-watch.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** 700 folders in one another, each with a file. */
const DEEP = 'for n in $(seq 700); do mkdir deeper && cd -P deeper && : >file || exit; done'

async function createWorkspace() {
  const root = await temporaryDirectory()
  const directory = join(root, 'workspace')
  const write = async (path: string, text: string) => {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  await write('a.txt', 'a')
  await write('lib/b.txt', 'b')
  const open = () =>
    openWorkspaceWatch({ directory, editable: ['**', '!notes.md'], file: join(root, 'workspace.json') })
  return { root, directory, write, open }
}

describe('a watch over the workspace', () => {
  it('names what was changed, added and removed since the mark, also after a restart', async () => {
    const { directory, write, open } = await createWorkspace()
    const watch = open()
    await write('a.txt', 'before any mark')
    expect(watch.changes()).toEqual([])
    watch.mark()
    expect(watch.changes()).toEqual([])

    await write('a.txt', 'by hand')
    await write('new.txt', 'x')
    await rm(join(directory, 'lib/b.txt'))
    await symlink('/dev/null', join(directory, 'link'))
    const changed = ['a.txt', 'lib/b.txt', 'link', 'new.txt']
    expect(watch.changes()).toEqual(changed)
    const again = open()
    expect(again.changes()).toEqual(changed)
    again.mark()
    expect(open().changes()).toEqual([])
  })

  it('overlooks what is not part of the solution, and files that were only touched', async () => {
    const { directory, write, open } = await createWorkspace()
    const watch = open()
    watch.mark()
    await write('notes.md', 'mine')
    await write('__pycache__/a.pyc', 'x')
    await write('.git/config', 'x')
    await utimes(join(directory, 'a.txt'), 1, 1)
    expect(watch.changes()).toEqual([])
  })

  it('is not stopped by folders too deep for a path, pipes and huge files', async () => {
    const { directory, write, open } = await createWorkspace()
    execFileSync('sh', ['-c', DEEP], { cwd: directory })
    execFileSync('mkfifo', [join(directory, 'pipe')])
    execFileSync('truncate', ['-s', '5G', join(directory, 'huge')])
    const watch = open()
    watch.mark()
    await write('a.txt', 'by hand')
    execFileSync('truncate', ['-s', '6G', join(directory, 'huge')])
    expect(watch.changes()).toEqual(['a.txt', 'huge'])
    execFileSync('rm', ['-rf', join(directory, 'deeper')])
  })

  it('takes nothing for a change while the harness sets the workspace itself, also after a restart', async () => {
    const { write, open } = await createWorkspace()
    const watch = open()
    watch.mark()
    watch.forget()
    await write('a.txt', 'half of it')
    expect(watch.changes()).toEqual([])
    const again = open()
    expect(again.changes()).toEqual([])
    again.mark()
    await write('a.txt', 'by hand')
    expect(open().changes()).toEqual(['a.txt'])
  })

  it('knows nothing where a power cut left its mark unreadable', async () => {
    const { root, write, open } = await createWorkspace()
    open().mark()
    await writeFile(join(root, 'workspace.json'), '{"a.txt"')
    await write('a.txt', 'by hand')
    expect(open().changes()).toEqual([])
  })
})
