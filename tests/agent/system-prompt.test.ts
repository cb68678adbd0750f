import { expect, test } from 'vitest'
import { renderSystem, type TaskDescription } from '../../src/agent/system-prompt.ts'
import { createReadFile } from '../../src/agent/tools/read-file.ts'

const task: TaskDescription = {
  project: 'p',
  brief: '',
  scorer: '',
  evaluationTimeoutSeconds: 600,
  editable: ['a.js'],
  direction: 'maximize',
  accept: 'improvement',
  configurations: ['n=1'],
  maxTurns: 50,
  maxReplyTokens: 16_384,
  machine: '8 cores',
  scorerFiles: [],
  documents: [],
}

test.each([
  ['maximize', 'improvement', "higher than the best version's; as good is not enough"],
  ['minimize', 'improvement_or_equal', "lower than the best version's, or as good"],
] as const)('the rule of the gate: %s, %s', (direction, accept, expected) => {
  expect(renderSystem({ ...task, direction, accept })).toContain(`its score is ${expected}.`)
})

test('the limits that the agent can not find out by itself are told', () => {
  const text = renderSystem(task)
  for (const fact of ['50 turns', '16,384 tokens', 'longer than 600 s', 'The machine: 8 cores'])
    expect(text).toContain(fact)
})

test("the scorer's files are named where they may be read, and nowhere else", () => {
  const folders = { '@output/': '/outputs' }
  expect(createReadFile('/workspace', folders).definition.description).not.toContain('@scorer/')
  expect(renderSystem(task)).not.toContain('@scorer/')
  const visible = createReadFile('/workspace', { ...folders, '@scorer/': '/scorer' })
  expect(visible.definition.description).toContain('@scorer/')
  expect(renderSystem({ ...task, scorerFiles: ['score.py'] })).toContain('@scorer/score.py')
})
