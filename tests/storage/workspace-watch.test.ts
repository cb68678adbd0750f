import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openWorkspaceWatch } from '../../src/storage/workspace-watch.ts'
import { temporaryDirectory } from './temporary-directory.ts'

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

  it('knows nothing where a power cut left its mark unreadable', async () => {
    const { root, write, open } = await createWorkspace()
    open().mark()
    await writeFile(join(root, 'workspace.json'), '{"a.txt"')
    await write('a.txt', 'by hand')
    expect(open().changes()).toEqual([])
  })
})
