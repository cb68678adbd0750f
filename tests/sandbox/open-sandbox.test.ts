import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { examine } from '../../src/commands/doctor.ts'
import { readConfig } from '../../src/config/config.ts'
import { AvoError } from '../../src/errors.ts'
import type { RecordedEvent } from '../../src/events.ts'
import { openRun } from '../../src/run.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts'
import { openSandbox } from '../../src/sandbox/open-sandbox.ts'
import { scriptedModel } from '../scripted-model.ts'
import { makeTask } from '../task.ts'
import { describeBackends } from './backends.ts'

const NEVER = new AbortController().signal
const NO_DOMAINS = { domains: [], fallsBack: false }

function makeOptions() {
  const directory = mkdtempSync(join(tmpdir(), 'avo-open-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return { hidden: [], directory, limits: DEFAULT_LIMITS }
}

/** A machine on which no sandbox is installed: of its programs, there is what a run needs. */
function uninstallAll(): void {
  const bin = mkdtempSync(join(tmpdir(), 'avo-bin-'))
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }))
  for (const name of ['cat', 'cp', 'git', 'grep', 'mkfifo', 'sh', 'stat'])
    symlinkSync(`/usr/bin/${name}`, join(bin, name))
  vi.stubEnv('PATH', bin)
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('where nothing isolates', () => {
  test('auto says what to install, and how to do without', async () => {
    uninstallAll()
    const error = await openSandbox('auto', makeOptions(), NO_DOMAINS).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AvoError)
    expect(error).toMatchObject({
      code: 'sandbox',
      message: expect.stringMatching(/bubblewrap: .*srt: .*container: /s),
      hint: expect.stringMatching(/apt-get install bubblewrap.*sandbox: process/),
    })
  })

  test('auto gives plain processes to who may have them, and so does the word', async () => {
    uninstallAll()
    const options = makeOptions()
    expect((await openSandbox('auto', options, { ...NO_DOMAINS, fallsBack: true })).name).toBe('process')
    expect((await openSandbox('process', options, NO_DOMAINS)).name).toBe('process')
  })

  test('a backend by name does not become another', async () => {
    uninstallAll()
    await expect(openSandbox('bubblewrap', makeOptions(), NO_DOMAINS)).rejects.toMatchObject({
      code: 'sandbox',
    })
  })

  test('a language model does not run', async () => {
    uninstallAll()
    const config = await readConfig(await makeTask(), [{ key: 'llm', value: '{provider: custom, model: x}' }])
    const run = await openRun(config, { model: scriptedModel([]) })
    await expect(run.start(NEVER)).rejects.toMatchObject({
      code: 'sandbox',
      hint: expect.stringContaining('bubblewrap'),
    })
    run.close()
  })
})

test('the built-in model runs all the same, and the person is told', async () => {
  const config = await readConfig(await makeTask(), [{ key: 'max_attempts', value: '1' }])
  uninstallAll()
  const run = await openRun(config, { model: scriptedModel(() => ({ text: 'nothing to do' })) })
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  await run.start(NEVER).finally(run.close)
  expect(events.find(({ type }) => type === 'run.started')).toMatchObject({ sandbox: 'process' })
  expect(events.find(({ type }) => type === 'notice.given')).toMatchObject({
    text: expect.stringContaining('nothing on this machine isolates'),
  })
})

test('domains are for srt alone', async () => {
  const wanted = { domains: ['pypi.org'], fallsBack: true }
  for (const name of ['bubblewrap', 'container'] as const)
    await expect(openSandbox(name, makeOptions(), wanted)).rejects.toMatchObject({ code: 'config' })
})

await describeBackends('some domains', ['srt'], ({ sandbox, directory }) => {
  test('are reached, and no other; a command without any reaches none meanwhile', async () => {
    const [open, shut] = [await serve('open'), await serve('shut')]
    const work = join(directory, 'domains')
    mkdirSync(work)
    const script = `import os, sys, urllib.request
for name in ("no_proxy", "NO_PROXY"): os.environ.pop(name, None)
for port in sys.argv[1:]:
    try: print(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode())
    except OSError as error: print("refused")`
    const fetch = (network: readonly string[]) =>
      sandbox.exec(
        { argv: ['python3', '-c', script, `${open}`, `${shut}`], cwd: work, network, timeoutSeconds: 30 },
        NEVER,
      )
    const [some, none] = await Promise.all([fetch([`127.0.0.1:${open}`]), fetch([])])
    expect(some.stdout).toBe('open\nrefused\n')
    expect(none.stdout).toBe('refused\nrefused\n')
  })
})

async function serve(text: string): Promise<number> {
  const server = createServer((_request, response) => void response.end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('doctor tells what is in use and what it does not enforce', async () => {
  const directory = await makeTask()
  const find = async (sandbox: string) => {
    const config = await readConfig(directory, [{ key: 'sandbox', value: sandbox }])
    const findings = await examine(async () => config, { offline: true }, NEVER)
    return findings.find(({ subject }) => subject === 'sandbox')
  }
  expect(await find('process')).toMatchObject({
    verdict: 'warn',
    message: "process for the agent's shell and for candidates",
    hint: expect.stringMatching(/Not enforced: Files: .*Network: .*Keys: /),
  })
  uninstallAll()
  expect(await find('bubblewrap')).toMatchObject({
    verdict: 'fail',
    hint: expect.stringContaining('installed'),
  })
})
