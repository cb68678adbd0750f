import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeConfig } from '../src/config/describe-config.ts'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the configuration table of the README is the schema', () => {
  const cell = (text: string): string => text.replaceAll('|', '\\|')
  const rows = describeConfig().map(
    ({ key, default: value, sentence }) =>
      `| \`${key}\` | ${value === '' ? '' : `\`${cell(value)}\``} | ${cell(sentence)} |`,
  )
  expect(readme.split('\n').filter((line) => rows.includes(line))).toEqual(rows)
})
