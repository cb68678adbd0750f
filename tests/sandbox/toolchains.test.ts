import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findToolchains } from '../../src/sandbox/toolchains.ts'

/** A home directory with these files, and links from ones to others. */
function makeHome(files: readonly string[], links: Readonly<Record<string, string>>): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'avo-home-')))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const path of [...files, ...Object.keys(links)])
    mkdirSync(dirname(join(home, path)), { recursive: true })
  for (const path of files) writeFileSync(join(home, path), '')
  for (const [path, target] of Object.entries(links)) symlinkSync(join(home, target), join(home, path))
  return home
}

test('a link to a person’s own program shows the program and nothing beside it', () => {
  const home = makeHome(
    ['notes/run.sh', 'notes/diary', 'project/bin/tool', 'project/package.json', 'project/.env'],
    {
      'bin/run': 'notes/run.sh',
      'bin/tool': 'project/bin/tool',
    },
  )
  const found = findToolchains({ HOME: home, PATH: join(home, 'bin') }, [])
  expect(found.filter((path) => path.startsWith(home)).toSorted()).toEqual([
    join(home, 'bin'),
    join(home, 'notes/run.sh'),
    join(home, 'project/bin/tool'),
  ])
})

test('a link to something that was installed shows all of it', () => {
  const home = makeHome(['opt/tool/bin/tool', 'opt/tool/lib/part'], { 'bin/tool': 'opt/tool/bin/tool' })
  const found = findToolchains({ HOME: home, PATH: join(home, 'bin') }, [])
  expect(found).toEqual(expect.arrayContaining([join(home, 'bin'), join(home, 'opt/tool')]))
})

test('nothing that holds what must stay apart, nor the home itself', () => {
  const home = makeHome(['task/bin/score', 'task/lib/x'], { 'bin/score': 'task/bin/score' })
  const found = findToolchains({ HOME: home, PATH: `${join(home, 'bin')}:${home}` }, [join(home, 'task')])
  expect(found.some((path) => join(home, 'task').startsWith(path))).toBe(false)
})
