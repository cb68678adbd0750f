import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTask } from '../task.ts'
import { avo, startAvo } from './avo.ts'

test('avo explore serves the directory that it is started in, until it is interrupted', async () => {
  const cwd = await makeTask()
  const address = Promise.withResolvers<string>()
  const { child, ended } = startAvo(['explore'], { cwd, onLine: address.resolve })
  const url = await address.promise
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/)
  const page = await fetch(url)
  expect(await page.text()).toContain('<title>number · avo</title>')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ exitCode: 0, stderr: '', stdout: `${url}\n` })
})

test('what is no task, and a port that is none, are wrong arguments', async () => {
  const directory = await makeTask()
  const wrong = await Promise.all([
    avo(['explore', join(directory, 'seed')]),
    avo(['explore', directory, join(directory, 'nowhere')]),
    avo(['explore', directory, '--port', '70000']),
  ])
  expect(wrong.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(Array(3).fill([2, '']))
  expect(wrong[0]?.stderr).toMatch(/seed is not a task: it has no avo\.yaml/)
  expect(wrong[1]?.stderr).toMatch(/there is no .*nowhere/)
  expect(wrong[2]?.stderr).toMatch(/it takes a number from 0 to 65535/)
})
