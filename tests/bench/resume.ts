// A process of its own: opens the run in the directory that it is given, goes on until the model is asked, and prints how
// long that took and how much memory.
import { readConfig } from '../../src/config/config.ts'
import { openRun } from '../../src/run.ts'

const caps = { max_attempts: '1000000', max_versions: '1000000', max_wall_time_hours: '1000000' }
const overrides = Object.entries(caps).map(([key, value]) => ({ key, value }))
const config = await readConfig(process.argv[2] ?? '.', overrides)
const controller = new AbortController()
const startedAt = performance.now()
let askedAt = Number.NaN
const run = await openRun(config, {
  model: {
    name: 'bench/model',
    contextTokens: 200_000,
    maxReplyTokens: 0,
    priced: true,
    priceOf: () => 0,
    async respond(_request, signal) {
      askedAt = performance.now()
      controller.abort()
      throw signal.reason
    },
  },
})
await run.start(controller.signal)
const attempts = run.journal.state.ledger.length
run.close()
const memoryMb = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ durationMs: askedAt - startedAt, memoryMb, attempts }))
