import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SANDBOX_NAMES } from '../../src/sandbox/sandbox-choice.ts'
import { ACTIONS } from './actions.ts'
import { CANDIDATES, trialsOn } from './candidates.ts'
import { FAMILIES } from './entry.ts'
import { countTrials, renderTable } from './table.ts'

test('every family is tried on every backend', () => {
  for (const backend of SANDBOX_NAMES)
    for (const family of FAMILIES) {
      const actions = ACTIONS.filter((entry) => entry.family === family && entry.promisedBy.includes(backend))
      const candidates = trialsOn(backend).filter(({ entry }) => entry.family === family)
      expect(actions.length + candidates.length, `${family} on ${backend}`).toBeGreaterThan(0)
    }
})

test('names are given once', () => {
  const names = (entries: readonly { readonly name: string; readonly outcome: string }[]) =>
    entries.map(({ name, outcome }) => `${name} ${outcome}`)
  for (const all of [names(CANDIDATES), names(ACTIONS)]) expect(new Set(all).size).toBe(all.length)
})

test('the table of the README is the corpus', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const table = renderTable()
  const start = readme.indexOf(table[0] ?? '')
  expect(readme.slice(start).split('\n').slice(0, table.length)).toEqual(table)
  expect(readme).toContain(`No bypass seen in ${countTrials()} tries`)
})
