import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createPatientFetch } from '../../src/model/patient-fetch.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a slow answer is waited for as long as it goes on', async () => {
  const url = await serve(async (_, response) => {
    for (let piece = 0; piece < 8; piece++) {
      response.write('piece ')
      await sleep(300)
    }
    response.end()
  })
  const response = await createPatientFetch(2_000)(url)
  expect(await response.text()).toBe('piece '.repeat(8))
})

test('an answer that stops is given up', async () => {
  const url = await serve((_, response) => response.write('piece'))
  const response = await createPatientFetch(100)(url)
  await expect(response.text()).rejects.toThrow('timed out: silent for 0.1 s')
})

test("the caller's own signal still counts", async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const url = await serve((_, response) => {
    response.write('piece')
    setTimeout(() => controller.abort(reason), 20)
  })
  const response = await createPatientFetch(60_000)(url, { signal: controller.signal })
  await expect(response.text()).rejects.toBe(reason)
})

test('status and headers are those of the server', async () => {
  const url = await serve((_, response) => response.writeHead(418, { 'x-tea': 'yes' }).end())
  const response = await createPatientFetch(60_000)(url)
  expect([response.status, response.headers.get('x-tea')]).toEqual([418, 'yes'])
})
