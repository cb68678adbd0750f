import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Command, Execution } from '../../src/sandbox/sandbox.ts'
import type { Backend } from './backends.ts'

const NEVER = new AbortController().signal
const HEARTBEAT = 'while :; do printf x >> heartbeat; sleep 0.01; done'
const UNTIL_IT_BEATS = 'until [ -s heartbeat ]; do sleep 0.01; done'
const MIB = 1024 ** 2
const MEMORY = { limits: { memoryBytes: 300 * MIB } }

/** What every sandbox must do. */
export function describeSandbox({ name, sandbox, directory: parent }: Backend): void {
  let directory: string

  beforeEach(() => {
    directory = mkdtempSync(join(parent, 'work-'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(directory, { recursive: true, force: true })
  })

  function run(
    argv: Command['argv'],
    options: Partial<Command> = {},
    signal: AbortSignal = NEVER,
  ): Promise<Execution> {
    return sandbox.exec({ argv, cwd: directory, timeoutSeconds: 100, ...options }, signal)
  }
  const shell = (script: string, options: Partial<Command> = {}, signal = NEVER) =>
    run(['/bin/sh', '-c', script], options, signal)
  const node = (script: string, options: Partial<Command> = {}) =>
    run([process.execPath, '-e', script], options)
  const python = (script: string, options: Partial<Command> = {}) => run(['python3', '-c', script], options)

  /** Whether something still writes to the heartbeat: what is dead never will. */
  async function isBeating(): Promise<boolean> {
    const size = () => statSync(join(directory, 'heartbeat'), { throwIfNoEntry: false })?.size ?? 0
    const before = size()
    await delay(200)
    return size() > before
  }

  test('tells how a command ended and what it printed', async () => {
    const execution = await shell('echo out; echo err >&2; exit 3')
    expect(execution).toMatchObject({
      exitCode: 3,
      signal: null,
      limit: null,
      stdout: 'out\n',
      omittedBytes: 0,
    })
    expect(execution.output.split('\n').toSorted()).toEqual(['', 'err', 'out'])
  })

  test('tells the signal that ended a command', async () => {
    expect(await shell('kill -SEGV $$')).toMatchObject({
      exitCode: null,
      signal: 'SIGSEGV',
      limit: null,
    })
  })

  test('passes arguments as they are, through no shell', async () => {
    const argument = '$HOME "a b" \' `x` *'
    expect(
      (await run([process.execPath, '-e', 'process.stdout.write(process.argv[1])', argument])).stdout,
    ).toBe(argument)
  })

  test('gives stdin, and an empty one where there is none', async () => {
    expect((await shell('cat', { stdin: 'ä\n' })).stdout).toBe('ä\n')
    expect(await shell('cat')).toMatchObject({ exitCode: 0, stdout: '' })
    expect(await shell('exit 0', { stdin: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 })
  })

  test('a program that is missing or not executable is a result, as in a shell', async () => {
    expect(await run(['no-such-program-of-avo'])).toMatchObject({
      exitCode: 127,
      output: 'no-such-program-of-avo: program not found\n',
    })
    writeFileSync(join(directory, 'data'), 'x')
    expect(await run(['./data'])).toMatchObject({ exitCode: 126 })
  })

  test('a missing working directory is an error of ours', async () => {
    await expect(run(['true'], { cwd: join(directory, 'gone') })).rejects.toMatchObject({
      code: 'sandbox',
      message: expect.stringContaining(join(directory, 'gone')),
    })
  })

  test('ends a command at its time limit, and keeps what it printed until then', async () => {
    const execution = await shell('echo begun; sleep 100', { timeoutSeconds: 2 })
    expect(execution).toMatchObject({ limit: 'time', exitCode: null, signal: null, stdout: 'begun\n' })
  })

  test('ends a command that ignores signals, with all that it started', async () => {
    const execution = await shell(`trap '' TERM HUP INT; (${HEARTBEAT}) & wait; wait; sleep 100`, {
      timeoutSeconds: 2,
    })
    expect(execution).toMatchObject({ limit: 'time' })
    expect(await isBeating()).toBe(false)
  })

  test.for([
    ['python', () => python('x = []\nwhile True: x.append(b"x" * 10_000_000)', MEMORY)],
    ['node', () => node('const x = []; for (;;) x.push(Buffer.alloc(10_000_000, 1))', MEMORY)],
    [
      'a child of a child',
      () => shell(`sh -c 'python3 -c "x = [b\\"x\\" * 900_000_000]; input()"' </dev/zero; true`, MEMORY),
    ],
  ] as const)('ends a command that takes too much memory: %s', async ([, bomb]) => {
    expect(await bomb()).toMatchObject({ limit: 'memory', exitCode: null })
  })

  test('counts memory that processes share once', async () => {
    const script = `import os, time
data = b"x" * 200_000_000
for _ in range(3):
    if os.fork() == 0: break
time.sleep(0.5)`
    expect(await python(script, { limits: { memoryBytes: 450 * MIB } })).toMatchObject({
      exitCode: 0,
      limit: null,
    })
  })

  test('ends a command that starts too many processes, and nothing of it is left', async () => {
    const bomb = `(${HEARTBEAT}) & b() { b | b & }; b; sleep 2`
    const execution = await shell(bomb, {
      limits: { processes: 100 },
      timeoutSeconds: 60,
      maxOutputBytes: 1000,
    })
    expect(execution).toMatchObject({ limit: 'processes', exitCode: null })
    expect(await isBeating()).toBe(false)
    // What it had started is dead, but may still be counted: that is not the next command's.
    const next = `import threading, time
for _ in range(350): threading.Thread(target=time.sleep, args=(1,)).start()`
    expect(await python(next, { limits: { processes: 400 } })).toMatchObject({ exitCode: 0, limit: null })
  })

  test('ends a command that starts too many threads', async () => {
    const script =
      'import threading, time\nfor _ in range(300): threading.Thread(target=time.sleep, args=(60,)).start()'
    expect(await python(script, { limits: { processes: 100 } })).toMatchObject({ limit: 'processes' })
  })

  test('ends a command that writes too large a file', async () => {
    const execution = await shell('exec head -c 2000000 /dev/zero >large', { limits: { fileBytes: MIB } })
    expect(execution).toMatchObject({ limit: 'file-size', exitCode: null, signal: null })
    expect(statSync(join(directory, 'large')).size).toBeLessThanOrEqual(MIB)
  })

  test('an abort ends everything and is thrown', async () => {
    const controller = new AbortController()
    const execution = shell(`(${HEARTBEAT}) & wait`, {}, controller.signal)
    await vi.waitUntil(() => statSync(join(directory, 'heartbeat'), { throwIfNoEntry: false }), {
      timeout: 20_000,
    })
    controller.abort(new Error('stop it'))
    await expect(execution).rejects.toThrow('stop it')
    expect(await isBeating()).toBe(false)
  })

  test('starts nothing after an abort', async () => {
    await expect(shell('echo x > ran', {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    )
    expect(statSync(join(directory, 'ran'), { throwIfNoEntry: false })).toBeUndefined()
  })

  test('does not wait for a background process that holds stdout open, and ends it', async () => {
    const execution = await shell(`(${HEARTBEAT}) & ${UNTIL_IT_BEATS}; echo done`)
    expect(execution).toMatchObject({ exitCode: 0, limit: null, stdout: 'done\n' })
    expect(await isBeating()).toBe(false)
  })

  test('ends a daemon in a session of its own', async () => {
    const daemon = `require('node:child_process').spawn('/bin/sh', ['-c', ${JSON.stringify(HEARTBEAT)}], { detached: true, stdio: 'inherit' }).unref()`
    const execution = await shell(`"$NODE" -e "$DAEMON"; ${UNTIL_IT_BEATS}; echo done`, {
      env: { NODE: process.execPath, DAEMON: daemon },
    })
    expect(execution).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    expect(await isBeating()).toBe(false)
  })

  // Plain processes that have nothing left to be known by are a gap that the backend admits.
  test.skipIf(name === 'process')('ends a daemon without parent, session, environment and ears', async () => {
    const daemon = `import os, signal, sys
if os.fork(): sys.exit()
os.setsid()
if os.fork(): os._exit(0)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.execve("/bin/sh", ["sh", "-c", ${JSON.stringify(HEARTBEAT)}], {"PATH": os.environ["PATH"]})`
    const execution = await shell(`python3 -c "$DAEMON"; ${UNTIL_IT_BEATS}; echo done`, {
      env: { DAEMON: daemon },
    })
    expect(execution).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    expect(await isBeating()).toBe(false)
  })

  test('ends what runs when the harness is killed', async () => {
    const harness = spawn(
      process.execPath,
      [join(import.meta.dirname, 'killed-harness.ts'), name, directory],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    const heartbeat = join(directory, 'heartbeat')
    await vi.waitUntil(() => statSync(heartbeat, { throwIfNoEntry: false }), { timeout: 30_000 })
    harness.kill('SIGKILL')
    await vi.waitUntil(async () => !(await isBeating()), { timeout: 30_000 })
  })

  test('ends only its own processes', async () => {
    const other = shell('sleep 1; echo survived')
    await shell('sleep 100 & true')
    expect((await other).stdout).toBe('survived\n')
  })

  test('keeps head and tail of a flood, and all of it in the file', async () => {
    const outputFile = join(directory, 'output.txt')
    const execution = await node("process.stdout.write('HEAD' + '.'.repeat(1_000_000) + 'TAIL')", {
      maxOutputBytes: 1_000,
      outputFile,
    })
    expect(execution.output).toMatch(/^HEAD\.{496}\n\[… 999008 bytes left out …\]\n\.{496}TAIL$/)
    expect(execution.omittedBytes).toBe(1_000_008 - 1_000)
    expect(readFileSync(outputFile, 'utf8')).toHaveLength(1_000_008)
  })

  test('ends an endless flood, which costs neither memory nor more than 64 MiB of disk', async () => {
    const outputFile = join(directory, 'output.txt')
    const execution = await shell('yes "$(printf %01000d 7)"', {
      maxOutputBytes: 10_000,
      outputFile,
    })
    expect(execution.limit).toBe('output')
    expect(execution.output.length).toBeLessThan(10_100)
    expect(execution.stdout.length).toBeLessThan(10_100)
    expect(statSync(outputFile).size).toBeLessThanOrEqual(64 * 1024 * 1024)
  })

  test('never cuts a character in two', async () => {
    for (const maxOutputBytes of [9, 10, 11, 12, 13]) {
      const { output } = await node("process.stdout.write('€'.repeat(1000))", { maxOutputBytes })
      expect(output.replace(/\n\[.*\]\n/, '')).toMatch(/^€+$/)
    }
  })

  test('gives the toolchain’s environment and what is added, and no secret', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-secret')
    vi.stubEnv('CUDA_API_TOKEN', 'secret')
    vi.stubEnv('SOMETHING_ELSE', 'private')
    vi.stubEnv('OMP_NUM_THREADS', '3')
    const { stdout } = await shell('env', { env: { ADDED: 'yes', OMP_NUM_THREADS: '5' } })
    expect(stdout).toContain('ADDED=yes\n')
    expect(stdout).toContain('OMP_NUM_THREADS=5\n')
    expect(stdout).toMatch(/^PATH=/m)
    expect(stdout).not.toMatch(/secret|private/)
  })
}
