import { readConfig } from '../../src/config/config.ts'
import { AvoError } from '../../src/errors.ts'
import { openRun } from '../../src/run.ts'
import { act, CONTEXT_TOKENS } from './acted-agent.ts'

/** A process that runs a task as `avo run` does, with an agent that is acted: `node run-acted.ts TASK`. */
const [directory = ''] = process.argv.slice(2)
try {
  const model = {
    name: 'acted/agent',
    contextTokens: CONTEXT_TOKENS,
    maxReplyTokens: 0,
    priced: true,
    priceOf: () => 0,
    respond: async (request: Parameters<typeof act>[0]) => act(request),
  }
  const run = await openRun(await readConfig(directory), { model })
  try {
    await run.start(new AbortController().signal)
  } finally {
    run.close()
  }
} catch (error) {
  if (!(error instanceof AvoError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`)
  process.exitCode = error.exitCode
}
