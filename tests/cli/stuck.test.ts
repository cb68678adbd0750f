import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { expect, onTestFinished, test } from 'vitest'
import { makeTask } from '../task.ts'
import { avo } from './avo.ts'
import { servedConfig } from './served-config.ts'

test('a model that calls no tool ends the run as its failure, and says what to do', async () => {
  const mock = await LLMock.create({ port: 0 })
  onTestFinished(() => mock.stop())
  mock.on({}, { content: 'What shall I do?' })
  const directory = await makeTask()
  await writeFile(
    join(directory, 'avo.yaml'),
    servedConfig(mock, { supervisor: { enabled: false }, max_attempts: 50 }),
  )
  const ended = await avo(['run', '--quiet', directory])
  expect(ended).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('What shall I do?') })
  expect(ended.stderr).toContain('10 attempts in a row')
  expect(ended.stderr).toContain('llm.model')
})

test('a provider that is gone pauses the run, and says what to do', async () => {
  const mock = await LLMock.create({ port: 0 })
  const directory = await makeTask()
  await writeFile(
    join(directory, 'avo.yaml'),
    servedConfig(mock, { provider: { give_up_after_minutes: 0.0001 } }),
  )
  await mock.stop()
  const ended = await avo(['run', '--quiet', directory])
  expect(ended).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('ECONNREFUSED') })
  expect(ended.stderr).toContain('The same command goes on from here')
  expect((await avo(['status', directory])).stdout).toMatch(/^state +ended: the provider/m)
})
