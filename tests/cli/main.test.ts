import { describe, expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'

describe('help', () => {
  test('names every command, shows examples and says what each exit status means', async () => {
    const { exitCode, stdout } = await avo(['--help'])
    expect(exitCode).toBe(0)
    for (const verb of ['init', 'run', 'status', 'log', 'show', 'eval', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^ +${verb} `, 'm'))
    for (const status of [0, 1, 2, 3, 4, 5, 130]) expect(stdout).toMatch(new RegExp(`^ +${status} +\\S`, 'm'))
    expect(stdout).toContain('Examples:')
  })

  test.for(['init', 'run', 'status', 'log', 'show', 'eval', 'doctor'])(
    'of %s has an example and the options that work everywhere',
    async (verb) => {
      const { exitCode, stdout } = await avo([verb, '--help'])
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`Examples?:\\n  avo (-C \\S+ )?${verb} `))
      expect(stdout).toContain('-C <directory>')
    },
  )
})

describe('wrong use', () => {
  test.for([
    ['an unknown command', ['stauts'], 'Did you mean status?'],
    ['no command', [], 'Usage: avo'],
    ['an unknown option', ['log', '--jsno'], 'Did you mean --json?'],
    ['an argument too many', ['status', 'a', 'b'], 'too many arguments'],
    ['a task that is not there', ['status', '/no/such/task'], 'there is no /no/such/task'],
    ['a directory that is not there', ['-C', '/no/such/task', 'log'], 'there is no /no/such/task'],
  ] as const)('%s is said on standard error, with exit status 2', async ([, args, message]) => {
    const { exitCode, stdout, stderr } = await avo(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })

  test('what is wrong in avo.yaml is said at once: place, key, value, what was meant', async () => {
    const config = `${NUMBER_TASK['avo.yaml']}max_version: 3\nscorer_dir: x\n`.replace('builtin', 'antropic')
    const directory = await makeTask({ ...NUMBER_TASK, 'avo.yaml': config })
    const { exitCode, stderr } = await avo(['status'], { cwd: directory })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('avo.yaml has 3 mistakes')
    expect(stderr).toContain('avo.yaml:7:1: max_version: unknown key; did you mean max_versions?')
    expect(stderr).toMatch(/avo\.yaml:3:\d+: llm\.provider: "antropic" is wrong.*did you mean anthropic\?/)
    expect(stderr).toContain('hint: ')
  })
})

test('-C is where a command works from, as in git', async () => {
  const directory = await makeTask()
  const { stdout } = await avo(['-C', `${directory}/seed`, 'eval', '..', '--candidate', '.'])
  expect(stdout).toContain(`${directory}/seed, scored`)
})
