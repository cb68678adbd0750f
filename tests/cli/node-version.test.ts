import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { expect, test } from 'vitest'
import { findNodeProblem, OLDEST_NODE } from '../../src/cli/node-version.ts'
import { MAIN } from './avo.ts'

test.for([
  ['18.20.8', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.0.0', true],
  ['100.1.0', true],
] as const)('Node %s: %s', ([version, isFine]) => {
  expect(findNodeProblem(version) === null).toBe(isFine)
})

test('the oldest Node is the one that package.json names', () => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  expect(engines.node).toBe(`>=${OLDEST_NODE}`)
})

/** Says that Node is an old one, and prints the path of every module that is read. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
  registerHooks({ load: (url, context, next) => (console.log(url.split('/src/')[1]), next(url, context)) })`)}`

test('with a Node that is too old avo says so in two lines, and reads nothing that such a Node could not', () => {
  const args = ['--import', OLD_NODE, MAIN, 'run', '/no/such/task']
  const { status, stdout, stderr } = spawnSync(execPath, args, { encoding: 'utf8' })
  expect(status).toBe(5)
  expect(stdout).toBe('cli/main.ts\nerrors.ts\ncli/node-version.ts\n')
  expect(stderr).toMatch(/^error: avo needs Node 22\.18 or newer, this is Node 20\.20\.2\nhint: .*\n$/)
})
