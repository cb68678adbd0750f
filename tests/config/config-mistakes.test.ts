import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Override, readConfig } from '../../src/config/config.ts'
import { AvoError } from '../../src/errors.ts'
import { makeTask } from './config-task.ts'

const SCORER = 'scorer: {command: [node, score.mjs]}\n'

/** The message of the error, with the task's directory taken out. */
async function mistakes(task: string, overrides: readonly Override[] = []): Promise<string> {
  const error: unknown = await readConfig(task, overrides, {}).catch((thrown: unknown) => thrown)
  if (!(error instanceof AvoError)) throw new Error(`no mistake was found: ${String(error)}`)
  expect(error.code).toBe('config')
  expect(error.hint).not.toBe('')
  return error.message.replaceAll(`${task}/`, '')
}

describe('each mistake is named with its place, key and value, and what is expected', () => {
  test.for([
    ['project_nme: x', '1:1: project_nme: unknown key; did you mean project_name?'],
    ['maxVersions: 3', '1:1: maxVersions: unknown key; did you mean max_versions?'],
    [
      'provider: openai',
      '1:1: provider: "openai" is wrong; expected the keys give_up_after_minutes and count_waiting; who plays the agent is llm.provider',
    ],
    ['xyz: 1', '1:1: xyz: unknown key'],
    ['llm:\n  modle: x', '2:3: llm.modle: unknown key; did you mean model?'],
    [
      'llm: {price: {inptu: 1, input: 1, output: 2}}',
      '1:15: llm.price.inptu: unknown key; did you mean input?',
    ],
    ['llm: {price: {input: 1}}', '1:7: llm.price.output: missing; expected a number of at least 0'],
    ['seed: {repository: x, reff: y}', '1:23: seed.reff: unknown key; did you mean ref?'],
    [
      'llm: {provider: opnai}',
      '1:7: llm.provider: "opnai" is wrong; expected one of openai, anthropic, ollama, ollama_cloud, custom, builtin; did you mean openai?',
    ],
    ['accept: always', '1:1: accept: "always" is wrong; expected one of improvement, improvement_or_equal'],
    [
      'log_level: info',
      '1:1: log_level: "info" is wrong; expected one of DEBUG, INFO, WARNING, ERROR; did you mean INFO?',
    ],
    ['max_versions: many', '1:1: max_versions: "many" is wrong; expected a whole number of at least 1'],
    ['max_versions: 2.5', '1:1: max_versions: 2.5 is wrong; expected a whole number of at least 1'],
    ['max_attempts: 0', '1:1: max_attempts: 0 is wrong; expected a whole number of at least 1'],
    ['max_cost_usd: -1', '1:1: max_cost_usd: -1 is wrong; expected a number above 0'],
    ['max_wall_time_hours: .nan', '1:1: max_wall_time_hours: NaN is wrong; expected a number above 0'],
    ['llm: {temperature: 3}', '1:7: llm.temperature: 3 is wrong; expected a number from 0 to 2'],
    ['git_persist: maybe', '1:1: git_persist: "maybe" is wrong; expected true or false'],
    ['supervisor: 3', '1:1: supervisor: 3 is wrong; expected keys with values below it'],
    ['editable: src', '1:1: editable: "src" is wrong; expected a list of globs'],
    ['editable: [a, 3]', '1:15: editable.1: 3 is wrong; expected a text'],
    ['llm: {api_key: [sk-secret]}', '1:7: llm.api_key: the value is wrong; expected a text'],
  ] as const)('%s', async ([yaml, message]) => {
    expect(await mistakes(makeTask(`${yaml}\n${SCORER}`))).toBe(`avo.yaml:${message}`)
  })

  test.for([
    [
      'command: 3',
      'avo.yaml:1:10: scorer.command: 3 is wrong; expected a list of words, or a text for the shell',
    ],
    [
      'command: []',
      'avo.yaml:1:10: scorer.command: [] is wrong; expected a list of words, or a text for the shell',
    ],
    ['command: [node, 3]', 'avo.yaml:1:26: scorer.command.1: 3 is wrong; expected a text'],
    [
      'command: x, direction: up',
      'avo.yaml:1:22: scorer.direction: "up" is wrong; expected one of maximize, minimize',
    ],
    [
      'command: x, timeout_seconds: 9999999',
      'avo.yaml:1:22: scorer.timeout_seconds: 9999999 is wrong; expected a number above 0 and at most 604800',
    ],
    ['command: x, dir: nowhere', 'avo.yaml:1:22: scorer.dir: there is no nowhere'],
    [
      'dir: scorer',
      'avo.yaml:1:1: scorer.command: missing; expected scorer.command or scoring_module, which say how good a candidate is',
    ],
  ] as const)('scorer: {%s}', async ([yaml, message]) => {
    expect(await mistakes(makeTask(`scorer: {${yaml}}`))).toBe(message)
  })

  test.for([
    ['seed: nowhere', 'seed: there is no nowhere'],
    ['seed: {repository: nowhere}', 'seed: there is no nowhere'],
    ['seed_file: seed', 'seed_file: seed is no file; seed takes directories'],
    ['seed: seed\nseed_file: seed/sort.mjs', 'seed_file: seed is given too'],
    [
      'seed_file: seed/sort.mjs\nsolution_file: ../x.mjs',
      'solution_file: "../x.mjs" is wrong; expected a path within the workspace',
    ],
    ['brief: goal.md', 'brief: there is no goal.md'],
    ['knowledge_base_dir: docs', 'knowledge_base_dir: there is no docs'],
    ['scoring_module: seed/sort.mjs', 'scoring_module: scorer.command is given too; expected one of them'],
    ['lessons_from: [seed, nowhere]', 'lessons_from.1: there is no nowhere'],
    ['lessons_from: [seed]', 'lessons_from.0: seed holds no lessons; expected the directory of a task that'],
    ['llm: {provider: builtin}\nlessons: {llm: small}', 'lessons.llm: builtin is no language model'],
    ['workspace_dir: scorer', 'workspace_dir: scorer holds the scorer'],
    ['log_dir: workspace/.avo', 'workspace_dir: workspace holds log_dir'],
    ['seed: .\nworkspace_dir: w', 'seed: '],
  ] as const)('%s', async ([yaml, message]) => {
    expect(await mistakes(makeTask(`${yaml}\n${SCORER}`))).toContain(message)
  })

  test.for([
    ['scoring_module: nowhere.py', 'scoring_module: there is no nowhere.py'],
    [
      'scoring_module: scorer/score.rb',
      'scoring_module: "scorer/score.rb" is wrong; expected a file that ends in .py',
    ],
    [
      'scoring_module: f.py',
      'solution_file: the class in f.py is given one file, and the seed has no solution.py',
    ],
  ] as const)('%s', async ([yaml, message]) => {
    expect(await mistakes(makeTask(yaml, { 'f.py': '', 'scorer/score.rb': '' }))).toContain(message)
  })
})

test("a run's own lessons come from nowhere else", async () => {
  const task = makeTask(`lessons_from: [.]\n${SCORER}`, { '.avo/lessons/algorithm.md': '' })
  expect(await mistakes(task)).toMatch(/lessons_from\.0: .* is this run's own; expected/)
})

test('all mistakes are told at once', async () => {
  expect(
    await mistakes(makeTask(`max_versions: many\nllm:\n  provider: opnai\n  modle: x\n${SCORER}`)),
  ).toMatch(/^avo\.yaml has 3 mistakes:\navo\.yaml:1:1: .*\navo\.yaml:3:3: .*\navo\.yaml:4:3: .*$/)
  expect(await mistakes(makeTask(`seed: a\nbrief: b.md\nworkspace_dir: .\n`))).toMatch(/has [5-9] mistakes/)
})

test('an override is named as it was given', async () => {
  const task = makeTask(SCORER)
  expect(await mistakes(task, [{ key: 'max_versions', value: 'many' }])).toBe(
    '--set max_versions: "many" is wrong; expected a whole number of at least 1',
  )
  expect(await mistakes(task, [{ key: 'llm.price', value: '{input: x, output: 1}' }])).toBe(
    '--set llm.price: llm.price.input: "x" is wrong; expected a number of at least 0',
  )
  expect(await mistakes(task, [{ key: 'llm.modle', value: 'x' }])).toBe(
    '--set llm.modle: unknown key; did you mean model?',
  )
  expect(await mistakes(task, [{ key: 'editable', value: '[a' }])).toMatch(/^--set editable: \[a is not YAML/)
  expect(await mistakes(task, [{ key: 'scorer.command.x', value: '1' }])).toMatch(
    /^--set scorer\.command\.x: /,
  )
})

test('a file that is not YAML is an error with its line', async () => {
  expect(await mistakes(makeTask('llm: {provider: openai\nmax_versions: 3'))).toMatch(/^avo\.yaml:\d+:\d+: /m)
  expect(await mistakes(makeTask('seed: a\nseed: b'))).toBe('avo.yaml:2:1: Map keys must be unique')
  expect(await mistakes(makeTask('- a'))).toBe('avo.yaml: ["a"] is wrong; expected keys with values below it')
  expect(await mistakes(makeTask('"__proto__": 1\nscorer: {command: x}'))).toMatch(
    /avo\.yaml:1:1: __proto__: unknown key/,
  )
})

test('a path that would be right where the command was started says so', async () => {
  const written = join('tests', 'evaluation', 'python-task', 'seed.py')
  expect(await mistakes(makeTask(`seed_file: ${written}\n${SCORER}`))).toMatch(
    /seed_file: there is no .*; it is relative to the file, though .*seed\.py exists/,
  )
})
