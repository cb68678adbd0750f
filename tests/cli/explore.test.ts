import { readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
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

test('a browser is started with an address that lets in once, because anybody can read its command line', async () => {
  const cwd = await makeTask({ ...NUMBER_TASK, 'bin/xdg-open': '#!/bin/sh\necho "$1" > "$OPENED"\n' })
  await chmod(join(cwd, 'bin/xdg-open'), 0o755)
  const opened = join(cwd, 'opened')
  const address = Promise.withResolvers<string>()
  const { child, ended } = startAvo(['explore', '--open'], {
    cwd,
    env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`, OPENED: opened },
    onLine: address.resolve,
  })
  const url = await address.promise
  const entry = await vi.waitFor(() => readFileSync(opened, 'utf8').trim() || Promise.reject(), 10_000)
  expect(entry).not.toContain(new URL(url).searchParams.get('token'))
  expect(await fetch(entry)).toMatchObject({ status: 200, url })
  expect(await fetch(entry)).toMatchObject({ status: 401, url: entry })
  expect(await fetch(new URL('/enter/', url))).toMatchObject({ status: 401 })
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ exitCode: 0 })
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
