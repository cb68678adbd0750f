/** A harness that runs a command until somebody kills it: `node killed-harness.ts BACKEND DIRECTORY`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts'
import { openSandbox } from '../../src/sandbox/open-sandbox.ts'
import { SANDBOX_NAMES } from '../../src/sandbox/sandbox-choice.ts'

const [, , wanted, cwd = ''] = argv
const name = SANDBOX_NAMES.find((known) => known === wanted) ?? 'process'
const directory = join(cwd, 'sandbox')
mkdirSync(directory)
const options = { hidden: [], directory, limits: DEFAULT_LIMITS }
const sandbox = await openSandbox(name, options, { domains: [], fallsBack: true })
const script = '(setsid sh -c "while :; do printf x >> heartbeat; sleep 0.01; done") & sleep 100'
await sandbox.exec(
  { argv: ['/bin/sh', '-c', script], cwd, timeoutSeconds: 100 },
  new AbortController().signal,
)
