import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { toMessage } from '../../src/errors.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts'
import { openSandbox } from '../../src/sandbox/open-sandbox.ts'
import type { Limits, Sandbox } from '../../src/sandbox/sandbox.ts'
import { SANDBOX_NAMES, type SandboxName } from '../../src/sandbox/sandbox-choice.ts'

/** A sandbox as a run opens it, in a directory of its own that is hidden from it. */
export interface Backend {
  readonly name: SandboxName
  readonly sandbox: Sandbox
  /** Absolute, links resolved; removed when the test file is done. */
  readonly directory: string
}

/** Opens a backend. The limits are low, so that a test that passes one costs little. */
export async function openBackend(name: SandboxName, limits: Partial<Limits> = {}): Promise<Backend> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `avo-${name}-`)))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const options = {
    hidden: [directory],
    directory: join(directory, 'sandbox'),
    limits: { ...DEFAULT_LIMITS, ...limits },
  }
  mkdirSync(options.directory)
  const sandbox = await openSandbox(name, options, { domains: [], fallsBack: true })
  return { name, sandbox, directory }
}

/**
 * Describes what several backends do. One that can't run here is left out by name, with its reason; on a machine of ours
 * (CI) that is a failure.
 */
export async function describeBackends(
  subject: string,
  names: readonly SandboxName[],
  body: (backend: Backend) => void,
  limits: Partial<Limits> = {},
): Promise<void> {
  for (const name of names) {
    const backend = await openBackend(name, limits).catch(toMessage)
    if (typeof backend !== 'string') describe(`${name}: ${subject}`, () => body(backend))
    else if (process.env['CI']) throw new Error(`${name} must work on this machine: ${backend}`)
    else
      describe.skip(`${name} does not work here: ${backend}`, () =>
        body({ name, directory: '', sandbox: NOWHERE }))
  }
}

/** Those that keep a command away from anything. */
export const ISOLATING: readonly SandboxName[] = SANDBOX_NAMES.filter((name) => name !== 'process')

const NOWHERE: Sandbox = {
  name: 'nowhere',
  gaps: [],
  memoryDirectory: null,
  exec: () => Promise.reject(new Error('there is no sandbox')),
}
