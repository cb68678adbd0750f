import { LLMock } from '@copilotkit/aimock'
import { expect, onTestFinished, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'

const SUBJECTS = ['git', 'node', 'configuration', 'scorer', 'knowledge', 'provider', 'sandbox', 'disk']

/** A task with another line for the model. */
function withModel(llm: string): Readonly<Record<string, string>> {
  const config = NUMBER_TASK['avo.yaml']?.replace('{ provider: builtin }', llm) ?? ''
  return { ...NUMBER_TASK, 'avo.yaml': config }
}

test('looks at everything that a run needs, and says that builtin is no language model', async () => {
  const directory = await makeTask()
  const [text, json] = await Promise.all([avo(['doctor', directory]), avo(['doctor', directory, '--json'])])
  expect([text.exitCode, json.exitCode]).toEqual([0, 0])
  for (const subject of SUBJECTS) expect(text.stdout).toMatch(new RegExp(`^(ok|warn) +${subject} `, 'm'))
  expect(text.stdout).toMatch(/^ok +scorer +the seed scores 1 over 2 configurations/m)
  expect(text.stdout).toMatch(/^warn +provider .*not a language model\n +→ /m)
  expect(JSON.parse(json.stdout).map(({ subject }: { subject: string }) => subject)).toEqual(SUBJECTS)
})

test.for([
  ['openai', 'OPENAI_API_KEY'],
  ['anthropic', 'ANTHROPIC_API_KEY'],
] as const)('fails without a key for %s, and names the variable', async ([provider, variable]) => {
  const { exitCode, stdout } = await avo(['doctor'], {
    cwd: await makeTask(withModel(`{ provider: ${provider} }`)),
  })
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(new RegExp(`^fail +provider +there is no API key\\n +→ Set ${variable} `, 'm'))
})

test('fails without a key for the embeddings', async () => {
  const task = withModel('{ provider: builtin }\nembeddings: { provider: openai }')
  const { exitCode, stdout } = await avo(['doctor'], { cwd: await makeTask(task) })
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(
    /^fail +knowledge +there is no key for the embeddings of openai\n +→ Set OPENAI_API_KEY/m,
  )
})

test('asks the provider, and says what it answers', async () => {
  const mock = await LLMock.create({ port: 0 })
  onTestFinished(() => mock.stop())
  mock.on({}, { content: 'ready' })
  const closed = await LLMock.create({ port: 0 })
  const nobody = closed.url
  await closed.stop()
  const served = (url: string): Readonly<Record<string, string>> =>
    withModel(`{ provider: custom, model: played, base_url: "${url}/v1" }`)
  const [there, wrong, offline] = await Promise.all([
    avo(['doctor', await makeTask(served(mock.url))]),
    avo(['doctor', await makeTask(served(nobody))]),
    avo(['doctor', '--offline', await makeTask(served(nobody))]),
  ])
  expect(there.stdout).toMatch(/^ok +provider +custom\/played answered in/m)
  expect(wrong).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(/^fail +provider .*\n +→ .*base_url/m),
  })
  expect(offline).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^ok +provider .*not asked/m) })
})

test('names a missing program with the command that installs it, whoever needs it', async () => {
  const kit = (needs: string): string => `
import { scoreCandidate } from 'avo/scoring'
await scoreCandidate({ needs: ${needs}, candidate: { command: ['cat'] }, configurations: { a: 1 }, input: () => 'a', check: () => true })
`
  const scored = (command: string, files: Readonly<Record<string, string>> = {}) =>
    makeTask({
      ...NUMBER_TASK,
      ...files,
      'avo.yaml': NUMBER_TASK['avo.yaml']?.replace('[sh, score.sh]', command) ?? '',
    })
  const needing = (needs: string) => scored('[node, score.mjs]', { 'scorer/score.mjs': kit(needs) })
  const [whole, scorer, candidates] = await Promise.all([
    avo(['doctor', await needing("['cat', ['no-such-tool', 'sh']]")]),
    avo(['doctor', await scored('[no-such-tool, score.sh]')]),
    avo(['doctor', await needing("['no-such-tool', 'cat']")]),
  ])
  expect(whole).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^ok +scorer /m) })
  for (const { exitCode, stdout } of [scorer, candidates]) {
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/^fail +scorer +no-such-tool is not installed .*\n +→ .* install no-such-tool/m)
  }
})

test('says what is wrong with the configuration, and with the scorer', async () => {
  const [config, scorer] = await Promise.all([
    avo(['doctor', await makeTask({ ...NUMBER_TASK, 'avo.yaml': 'max_versons: 3\n' })]),
    avo(['doctor', await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'echo no compiler >&2; exit 1' })]),
  ])
  expect(config).toMatchObject({
    exitCode: 3,
    stdout: expect.stringMatching(/^fail +configuration .*did you mean max_versions/m),
  })
  expect(scorer).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/^fail +scorer .*no compiler/m) })
})
