import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { playAgent } from '../played-agent.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'
import { servedConfig } from './served-config.ts'

let mock: LLMock
beforeAll(async () => {
  mock = await LLMock.create({ port: 0 })
  mock.on(
    {},
    playAgent((attempt) => (attempt === 1 ? '2' : '1.5')),
  )
})
afterAll(() => mock.stop())

test('hooks of a run are told of its best and of its end, and a failing one is told and changes nothing', async () => {
  const hooks = {
    new_best: 'cat > best.json; env > environment.txt; exit 7',
    ended: 'cat > ended.json',
    paused: 'touch never',
  }
  const config = servedConfig(mock, { hooks, max_attempts: 2 })
  const directory = await makeTask({ ...NUMBER_TASK, 'avo.yaml': config })
  const env = { ANTHROPIC_API_KEY: 'sk-harness', WEBHOOK: 'https://example.org/x' }
  const { exitCode, stderr, stdout } = await avo(['run', directory], { env })
  expect(exitCode).toBe(0)
  expect(stderr).toMatch(/hook new_best failed: exit status 7 \([\d.]+ s\)$/m)
  expect(stdout).toMatch(/^v1 /m)

  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8')
  expect(JSON.parse(await read('best.json'))).toMatchObject({ hook: 'new_best', best: { version: 1 } })
  expect(JSON.parse(await read('ended.json'))).toMatchObject({
    hook: 'ended',
    event: { reason: { kind: 'max-attempts' } },
    attempts: 2,
  })
  const environment = await read('environment.txt')
  expect(environment).toContain('WEBHOOK=https://example.org/x\n')
  expect(environment).not.toContain('sk-harness')
  const { stdout: status } = await avo(['status', directory])
  expect(status).toMatch(/^state +ended: 2 attempts/m)
})

test('a hook whose program the agent could have written is refused', async () => {
  const config = `${NUMBER_TASK['avo.yaml']}hooks: { ended: ./workspace/../workspace/notify.sh now }\n`
  const { exitCode, stderr } = await avo(['run', await makeTask({ ...NUMBER_TASK, 'avo.yaml': config })])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/hooks\.ended: \S+ lies in the workspace, where the agent writes/)
})
