import { writeFileSync } from 'node:fs'
import { SYSTEM_CLOCK } from '../../src/clock.ts'

// Loaded into the program before it starts: its waits take a thousandth of their time, and on SIGUSR2 it tells its memory.
const { sleep } = SYSTEM_CLOCK
Object.assign(SYSTEM_CLOCK, { sleep: (ms: number, signal: AbortSignal) => sleep(ms / 1_000, signal) })

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  writeFileSync(process.env['MEMORY_FILE'] ?? '', `${JSON.stringify({ heapUsed, rss })}\n`, { flag: 'a' })
})
