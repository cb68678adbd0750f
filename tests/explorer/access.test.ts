import { request } from 'node:http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openExplorer } from '../../src/explorer/explorer.ts'
import { makeFinishedTask } from '../cli/finished-task.ts'
import { makeTask } from '../task.ts'
import { explore } from './explore.ts'

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Without what a browser or `fetch` would do of itself. */
function ask(
  url: URL,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers }, (response) => {
      response.destroy()
      resolve(response.statusCode)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

describe('the server', () => {
  test('lets in who has the token and nobody else', async () => {
    const url = new URL(await explore(await makeTask()))
    const token = url.searchParams.get('token') ?? ''
    expect(token.length).toBeGreaterThanOrEqual(32)
    expect(await ask(url, `/?token=${token}`)).toBe(200)
    for (const path of [
      '/',
      '/api/runs',
      '/api/runs/1/events',
      '/api/runs/1/attempts/1',
      '/api/runs/1/diff/v0/v1',
    ])
      for (const wrong of ['', `?token=${token.slice(0, -1)}`, `?token=${token}x`, '?token=']) {
        expect(await ask(url, `${path}${wrong}`)).toBe(401)
      }
    expect(await ask(url, '/api/runs', { headers: { 'x-avo-token': token } })).toBe(200)
    expect(await ask(url, '/metrics')).toBe(401)
  })

  test('refuses names that are not this machine’s, and other sites', async () => {
    const url = new URL(await explore(await makeTask()))
    const token = url.searchParams.get('token') ?? ''
    const read = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
      ask(url, '/api/runs', { headers: { 'x-avo-token': token, ...headers } })
    expect(await read({ host: `localhost:${url.port}` })).toBe(200)
    for (const host of [
      'evil.example',
      `evil.example:${url.port}`,
      '127.0.0.1.evil.example',
      `10.0.0.1:${url.port}`,
    ])
      expect(await read({ host })).toBe(403)
    expect(await read({ origin: `http://127.0.0.1:${url.port}` })).toBe(200)
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${url.port}`,
      'http://127.0.0.1:1',
    ])
      expect(await read({ origin })).toBe(403)
    for (const site of ['cross-site', 'same-site']) expect(await read({ 'sec-fetch-site': site })).toBe(403)
  })

  test('takes orders only as its own page sends them', async () => {
    const url = new URL(await explore(await makeTask()))
    const token = url.searchParams.get('token') ?? ''
    const json = { 'content-type': 'application/json' }
    const steer = (
      headers: Readonly<Record<string, string>>,
      path = '',
      body = '{"text":"hello"}',
    ): Promise<number | undefined> => ask(url, `/api/runs/1/steer${path}`, { method: 'POST', headers, body })
    expect(await steer({ 'x-avo-token': token, ...json })).toBe(200)
    // A form of another site can send neither a header of its own nor JSON; and what is in an address may be in a log.
    expect(await steer(json, `?token=${token}`)).toBe(401)
    expect(await steer({ 'x-avo-token': token, 'content-type': 'text/plain' })).toBe(415)
    expect(await steer({ 'x-avo-token': token, origin: 'http://evil.example', ...json })).toBe(403)
    expect(
      await steer({
        'x-avo-token': token,
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        ...json,
      }),
    ).toBe(403)
    expect(await steer({ 'x-avo-token': token, ...json }, '', '{"text":7}')).toBe(400)
    expect(await steer({ 'x-avo-token': token, ...json }, '', 'no json')).toBe(400)
    expect(
      await steer({ 'x-avo-token': token, ...json }, '', JSON.stringify({ text: 'x'.repeat(200_000) })),
    ).toBe(413)
    for (const order of ['stop', 'pause', 'resume', 'steer'])
      expect(await ask(url, `/api/runs/1/${order}`, { headers: { 'x-avo-token': token } })).toBe(404)
  })

  test('sends a page that nothing can be put into or around', async () => {
    const response = await fetch(await explore(await makeTask()))
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src 'none'.*script-src 'sha256-[^']+';.*frame-ancestors 'none'/)
    expect(policy).not.toContain('unsafe')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    })
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(await response.text()).not.toMatch(/(src|href)="https?:/)
  })

  test('says what is not there', async () => {
    const url = new URL(await explore(await makeFinishedTask()))
    const token = url.searchParams.get('token') ?? ''
    for (const path of [
      'runs/9/events',
      'runs/1/attempts/99',
      'runs/1/diff/v0/v99',
      'runs/1/diff/v0/HEAD',
      'runs/1/diff/v0/--help',
    ])
      expect(await ask(url, `/api/${path}`, { headers: { 'x-avo-token': token } })).toBe(404)
  })

  test('gives Prometheus its figures, to who sends the token as programs do', async () => {
    vi.stubEnv('AVO_EXPLORE_TOKEN', 'chosen-by-a-person')
    onTestFinished(() => void vi.unstubAllEnvs())
    const url = new URL(await explore(await makeFinishedTask()))
    expect(url.searchParams.get('token')).toBe('chosen-by-a-person')
    expect(await ask(url, '/metrics')).toBe(401)
    expect(await ask(url, '/metrics', { headers: { authorization: 'Bearer chosen-by-somebody' } })).toBe(401)
    const headers = { authorization: 'Bearer chosen-by-a-person' }
    const response = await fetch(new URL('/metrics', url), { headers })
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await response.text()).toMatch(/^avo_attempts_total\{[^}]*outcome="rejected"[^}]*\} 2$/m)
    const json = { 'content-type': 'application/json' }
    const post = { method: 'POST', headers: { ...headers, ...json }, body: '{}' }
    expect(await ask(url, '/api/runs/1/pause', post)).toBe(401)
  })

  test('takes no token that is easily guessed', async () => {
    vi.stubEnv('AVO_EXPLORE_TOKEN', 'secret')
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(explore(await makeFinishedTask())).rejects.toMatchObject({ code: 'usage' })
  })

  test('says when its port is taken', async () => {
    const config = await readConfig(await makeFinishedTask())
    const first = await openExplorer([config], 0)
    onTestFinished(() => first.close())
    const port = Number(new URL(first.url).port)
    await expect(openExplorer([config], port)).rejects.toMatchObject({ code: 'usage' })
  })
})
