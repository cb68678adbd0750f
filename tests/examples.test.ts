import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../src/package-root.ts'

/** What a person looks for in an example, beside the task itself, with which its README begins. */
const HEADINGS = ['Run it', 'How it is measured', 'What is known', 'What a run found']
const FILES = ['README.md', 'avo.yaml', 'scorer', 'knowledge-base']

const folder = join(PACKAGE_ROOT, 'examples')
const names = readdirSync(folder)
const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')

test('the README lists the examples that there are', () => {
  const rows = readme.matchAll(/^\| \[`([\w-]+)`\]\(examples\/\1\/README\.md\) \|(?: [^|]+ \|){3}$/gm)
  expect([...rows].map(([, name]) => name).toSorted()).toEqual(names.toSorted())
})

describe.each(names)('%s', (name) => {
  test('is whole', () => {
    expect(FILES.filter((file) => !existsSync(join(folder, name, file)))).toEqual([])
    expect(existsSync(join(PACKAGE_ROOT, `tests/examples/${name}.test.ts`))).toBe(true)
  })

  test('says what one wants to know, and how to run it with either kind of model', () => {
    const text = readFileSync(join(folder, name, 'README.md'), 'utf8')
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(expect.arrayContaining(HEADINGS))
    expect(text).toContain(`npx avo run examples/${name}`)
    expect(text).toMatch(new RegExp(`npx avo init \\S+ --from ${name}\\n`))
    expect(text).toMatch(/npx avo run \S+ --provider anthropic /)
  })
})
