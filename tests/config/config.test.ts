import { rmSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { makeTask } from './config-task.ts'

const SCORER = 'scorer: {command: [node, score.mjs]}\n'

test('a task needs to say no more than how it is scored', async () => {
  const task = makeTask(SCORER)
  expect(await readConfig(task)).toEqual({
    file: join(task, 'avo.yaml'),
    overrides: [],
    values: expect.objectContaining({ max_versions: 100, 'llm.max_tokens': 16384 }),
    projectName: 'avo-evolution',
    brief: '',
    seed: { kind: 'directory', path: join(task, 'seed') },
    editable: ['**'],
    workspaceDirectory: join(task, 'workspace'),
    scorer: {
      kind: 'command',
      command: ['node', 'score.mjs'],
      directory: join(task, 'scorer'),
      exclude: [],
      env: {},
      timeoutSeconds: 600,
    },
    scorerVisible: false,
    direction: 'maximize',
    gate: {
      policy: 'auto',
      alpha: 0.02,
      minGain: 0,
      maxRounds: 30,
      confirmRounds: 5,
      veto: 0.03,
      mayWorsen: [],
    },
    accept: 'improvement',
    knowledgeDirectory: join(task, 'knowledge-base'),
    embeddings: { provider: 'openai' },
    budget: { maxVersions: 100, maxWallTimeHours: 168, countWaiting: false, attempt: {} },
    giveUpAfterMs: 720 * 60_000,
    fallbacks: [],
    lessons: { enabled: true, from: [] },
    insightsEvery: 25,
    maxTurns: 50,
    llm: { provider: 'openai', maxTokens: 16384, timeoutSeconds: 300, seed: 1 },
    sandbox: { agent: 'auto', candidate: 'auto' },
    readable: [],
    network: { allow: [], scorer: [] },
    limits: { memoryBytes: Math.floor(totalmem() / 2), processes: 4096, fileBytes: 16 * 1024 ** 3 },
    supervisor: {
      enabled: true,
      maxFailedAttempts: 10,
      stallWindow: 5,
      cycleDetectionWindow: 8,
      redirectWithLlm: true,
      attemptsPerDirection: 2,
      maxInterventions: 40,
    },
    hooks: {},
    gitPersist: true,
    inspirations: { policy: 'ucb1', count: 3 },
    recordsDirectory: join(task, '.avo'),
    logLevel: 'INFO',
  })
})

test('a file of the Python AVO is read as it is', async () => {
  const config = await readConfig(join(import.meta.dirname, '../evaluation/python-task'))
  const directory = join(import.meta.dirname, '../evaluation/python-task')
  expect(config).toMatchObject({
    projectName: 'word-count',
    seed: { kind: 'file', path: join(directory, 'seed.py'), as: 'solution.py' },
    editable: ['solution.py'],
    scorer: {
      kind: 'python-class',
      module: 'scorer.py',
      className: 'Scorer',
      solutionFile: 'solution.py',
      directory,
    },
    knowledgeDirectory: join(directory, 'knowledge'),
    recordsDirectory: join(directory, 'logs'),
    budget: { maxVersions: 3, maxWallTimeHours: 1 },
    maxTurns: 30,
    llm: { provider: 'openai', model: 'gpt-4o', temperature: 0.7, maxTokens: 8192, timeoutSeconds: 60 },
    supervisor: { maxFailedAttempts: 5, stallWindow: 3, cycleDetectionWindow: 5 },
  })
  expect(config.llm).not.toHaveProperty('apiKey')
  expect(config.llm).not.toHaveProperty('baseUrl')
  const notTheScorers = ['config.yaml', 'workspace', 'logs', 'knowledge'].map((name) => join(directory, name))
  expect(config.scorer.exclude).toEqual(expect.arrayContaining(notTheScorers))
})

test('the file is found in a directory under each of its names, or named itself', async () => {
  const task = makeTask('', { 'config.yaml': SCORER, 'other.yaml': `project_name: other\n${SCORER}` })
  rmSync(join(task, 'avo.yaml'))
  expect((await readConfig(task)).file).toBe(join(task, 'config.yaml'))
  expect((await readConfig(join(task, 'other.yaml'))).projectName).toBe('other')
  rmSync(join(task, 'config.yaml'))
  await expect(readConfig(task)).rejects.toMatchObject({
    code: 'config',
    message: `${task} is not a task: it has no avo.yaml`,
    hint: expect.stringContaining('avo init'),
  })
})

describe('where the solution starts', () => {
  test.for([
    ['a directory', 'seed: start', { kind: 'directory', path: 'start' }, ['**']],
    [
      'a file keeps its name',
      'seed: start/sort.mjs',
      { kind: 'file', path: 'start/sort.mjs', as: 'sort.mjs' },
      ['sort.mjs'],
    ],
    [
      'a Python file is called solution.py',
      'seed: start/a.py',
      { kind: 'file', path: 'start/a.py', as: 'solution.py' },
      ['solution.py'],
    ],
    [
      'a file by another name',
      'seed_file: start/a.py\nsolution_file: src/best.py',
      { kind: 'file', path: 'start/a.py', as: 'src/best.py' },
      ['src/best.py'],
    ],
    [
      'an address with a ref',
      'seed: https://example.org/x.git#v2',
      { kind: 'repository', url: 'https://example.org/x.git', ref: 'v2' },
      ['**'],
    ],
    [
      'an address of ssh',
      'seed: git@example.org:a/b',
      { kind: 'repository', url: 'git@example.org:a/b' },
      ['**'],
    ],
    [
      'keys',
      'seed: {repository: "https://example.org/x", ref: main}\neditable: [src, "!src/api.ts"]',
      { kind: 'repository', url: 'https://example.org/x', ref: 'main' },
      ['src', '!src/api.ts'],
    ],
    ['a repository on the disk', 'seed: {repository: start}', { kind: 'repository', path: 'start' }, ['**']],
    ['a bundle', 'seed: {repository: start/a.py}', { kind: 'repository', path: 'start/a.py' }, ['**']],
  ] as const)('%s', async ([, yaml, seed, editable]) => {
    const task = makeTask(`${SCORER}${yaml}`, { 'start/sort.mjs': '', 'start/a.py': '' })
    const config = await readConfig(task)
    const { path, ...rest } = { path: undefined, ...seed }
    const where =
      path === undefined ? {} : { [seed.kind === 'repository' ? 'url' : 'path']: join(task, path) }
    expect(config.seed).toEqual({ ...rest, ...where })
    expect(config.editable).toEqual(editable)
  })
})

describe('who scores', () => {
  test('a text is given to a shell', async () => {
    const { scorer } = await readConfig(makeTask('scorer: {command: "make -s && ./run $AVO_CANDIDATE"}'))
    expect(scorer).toMatchObject({ command: ['/bin/sh', '-c', 'make -s && ./run $AVO_CANDIDATE'] })
  })

  test('a module in a folder of its own comes with all of it', async () => {
    const task = makeTask(
      'scoring_module: f/scorer.ts\nscoring_class: Speed\nscorer: {env: {SIZE: 7}, timeout_seconds: 5}',
      {
        'f/scorer.ts': '',
      },
    )
    expect((await readConfig(task)).scorer).toEqual({
      kind: 'node-module',
      module: 'scorer.ts',
      exportName: 'Speed',
      directory: join(task, 'f'),
      exclude: [],
      env: { SIZE: '7' },
      timeoutSeconds: 5,
    })
  })

  test('a scorer in the task’s own directory leaves the task’s other files out', async () => {
    const task = makeTask('scorer: {command: [./score.sh], dir: .}\nbrief: goal.txt', {
      'goal.txt': 'Faster.\n',
    })
    const config = await readConfig(task)
    expect(config.brief).toBe('Faster.\n')
    expect(config.scorer.exclude.map((path) => path.slice(task.length + 1)).toSorted()).toEqual([
      '.avo',
      'avo.yaml',
      'goal.txt',
      'knowledge-base',
      'workspace',
    ])
  })
})

test('what keeps commands apart is one word or one for each role, with what they may read, reach and use', async () => {
  const read = (yaml: string) => readConfig(makeTask(`${SCORER}${yaml}`, { 'data/set.csv': '1' }))
  expect(await read('sandbox: container\ncontainer: {image: python}')).toMatchObject({
    sandbox: { agent: 'container', candidate: 'container', image: 'python' },
  })
  const config = await read(`sandbox: {agent: srt}
readable: [data]
network: {allow: [pypi.org, "*.pythonhosted.org", "127.0.0.1:80"], scorer: [hub.local]}
limits: {memory_gb: 0.5, processes: 64, file_gb: 1}`)
  expect(config).toMatchObject({
    sandbox: { agent: 'srt', candidate: 'auto' },
    readable: [expect.stringMatching(/^\/.*\/data$/)],
    network: { allow: ['pypi.org', '*.pythonhosted.org', '127.0.0.1:80'], scorer: ['hub.local'] },
    limits: { memoryBytes: 512 * 1024 ** 2, processes: 64, fileBytes: 1024 ** 3 },
  })
})

test.for([
  ['sandbox: bubblewarp', /sandbox: "bubblewarp" is wrong; expected one of auto, bubblewrap/],
  ['sandbox: {agent: none}', /sandbox\.agent: "none" is wrong/],
  ['network: {allow: ["https://pypi.org/"]}', /network\.allow\.0: .* expected a domain such as pypi\.org/],
  ['knowledge_base_dir: .', /knowledge_base_dir: .* holds this file/],
  ['readable: [.]', /readable\.0: .* holds this file/],
  ['readable: [no/such/place]', /readable\.0: there is no/],
  ['limits: {processes: 2}', /limits\.processes: 2 is wrong; expected a whole number of at least 16/],
] as const)('a mistake in what keeps commands apart is named: %s', async ([yaml, message]) => {
  await expect(readConfig(makeTask(`${SCORER}${yaml}`))).rejects.toThrow(message)
})

test('a brief is a text, or the file that it names', async () => {
  const read = async (brief: string) =>
    (await readConfig(makeTask(`${SCORER}brief: ${brief}`, { 'brief.md': '# Goal\n' }))).brief
  expect(await read('brief.md')).toBe('# Goal\n')
  expect(await read('Make it faster.')).toBe('Make it faster.')
  expect(await read('|\n  Two\n  lines, see notes.md\n')).toBe('Two\nlines, see notes.md\n')
})

describe('variables of the environment', () => {
  test('are filled in, also where a number is wanted, with defaults', async () => {
    const task = makeTask(
      `${SCORER}project_name: run-\${NAME}-\${MISSING:-none}-\${EMPTY:-full}
max_versions: \${N}
git_persist: \${G:-false}
llm: {api_key: "\${KEY}", timeout: "\${T:-7}"}
brief: $\${NAME} costs $5`,
    )
    const config = await readConfig(task, [], { NAME: 'x', N: '12', KEY: '123', EMPTY: '' })
    expect(config).toMatchObject({
      projectName: 'run-x-none-full',
      budget: { maxVersions: 12 },
      gitPersist: false,
      llm: { apiKey: '123', timeoutSeconds: 7 },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text that $${NAME} stands for
      brief: '${NAME} costs $5',
    })
  })

  test('that are not set are all named', async () => {
    const task = makeTask(`${SCORER}editable: [a, "\${ONE}"]\nllm:\n  api_key: \${TWO}\n`)
    const error = await readConfig(task, [], {}).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'config' })
    expect(String(error)).toMatch(/avo\.yaml:2:15: editable\.1: the environment variable ONE is not set/)
    expect(String(error)).toMatch(/avo\.yaml:4:3: llm\.api_key: the environment variable TWO is not set/)
  })
})

describe('overrides', () => {
  test('count as if they stood in the file, the last one first', async () => {
    const config = await readConfig(
      makeTask(`${SCORER}llm: {provider: openai, model: gpt}\nmax_cost_usd: 3\n`),
      [
        { key: 'llm.provider', value: 'anthropic' },
        { key: 'llm.model', value: '' },
        { key: 'max_versions', value: '5' },
        { key: 'max_versions', value: '7' },
        { key: 'editable', value: '[a, b]' },
        { key: 'scorer.command.1', value: 'other.mjs' },
        { key: 'supervisor.enabled', value: 'false' },
        { key: 'max_cost_usd', value: '' },
      ],
    )
    expect(config).toMatchObject({
      llm: { provider: 'anthropic' },
      embeddings: { provider: 'local' },
      budget: { maxVersions: 7 },
      editable: ['a', 'b'],
      scorer: { command: ['node', 'other.mjs'] },
      supervisor: { enabled: false, maxFailedAttempts: 10 },
    })
    expect(config.llm).not.toHaveProperty('model')
    expect(config.budget).not.toHaveProperty('maxCostUsd')
  })

  test('work on a file that is empty or has only comments', async () => {
    const task = makeTask('# nothing yet\n')
    expect(await readConfig(task, [{ key: 'scorer.command', value: 'run' }])).toMatchObject({ maxTurns: 50 })
  })
})

test('the supervisor has limits and a model of its own, where they are given', async () => {
  const read = (supervisor: string) =>
    readConfig(
      makeTask(`${SCORER}llm: {provider: openai, model: small, effort: low}\nsupervisor: ${supervisor}\n`),
    )
  const named = await read('{stall_hours: 4, stall_cost_usd: 5, stall_evaluations: 500, llm: large}')
  expect(named.supervisor).toMatchObject({ stallHours: 4, stallCostUsd: 5, stallEvaluations: 500 })
  expect(named.supervisorLlm).toMatchObject({ provider: 'openai', model: 'large', effort: 'low' })
  const other = await read('{llm: {provider: anthropic, model: larger}}')
  expect(other.supervisorLlm).toMatchObject({ provider: 'anthropic', model: 'larger' })
  expect(other.supervisorLlm).not.toHaveProperty('effort')
  expect(await read('{}')).not.toHaveProperty('supervisorLlm')
})

test.for([
  ['openai', '', 'openai'],
  ['openai', 'http://localhost:1/v1', 'local'],
  ['anthropic', '', 'local'],
  ['builtin', '', 'local'],
  ['custom', 'http://localhost:1/v1', 'local'],
] as const)('embeddings are automatic: %s %s', async ([provider, url, embeddings]) => {
  const task = makeTask(`${SCORER}llm: {provider: ${provider}, base_url: "${url}"}`)
  expect((await readConfig(task)).embeddings).toEqual({ provider: embeddings })
})

test('lessons come from other tasks and other runs, each under a name of its own, in the words of any model', async () => {
  const task = makeTask(
    `${SCORER}log_dir: second\nlessons_from: [a/task, b/task, .avo]\nllm: {provider: anthropic, price: {input: 1, output: 2}}\nlessons: {llm: small}\n`,
    {
      'a/task/.avo/lessons/algorithm.md': '',
      'b/task/lessons/algorithm.md': '',
      '.avo/lessons/algorithm.md': '',
    },
  )
  const { lessons } = await readConfig(task)
  expect(lessons.from).toEqual([
    { task: 'task', directory: join(task, 'a/task/.avo/lessons') },
    { task: 'task-2', directory: join(task, 'b/task/lessons') },
    { task: 'avo', directory: join(task, '.avo/lessons') },
  ])
  expect(lessons.llm).toMatchObject({ provider: 'anthropic', model: 'small' })
  expect(lessons.llm).not.toHaveProperty('price')
})
