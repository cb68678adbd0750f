import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Report } from './figure.ts'
import { measureReal } from './gate-real.ts'
import { SIMULATED } from './gate-simulated.ts'
import type { Message } from './gate-thread.ts'

/**
 * What the gate's word is worth: on scorers whose truth is known, also while something else uses the machine from time to time,
 * and on one that takes real time while every core is busy, on and off. The simulated parts share out the cores; while something
 * real is measured, nothing else of ours runs.
 */
export async function benchGate(report: Report): Promise<void> {
  const parts = Object.keys(SIMULATED)
  const simulateNext = async (): Promise<void> => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) await simulate(part, report)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, simulateNext))
  await measureReal(report)
}

/** Plays one part in a thread of its own. */
async function simulate(part: string, report: Report): Promise<void> {
  const thread = new Worker(new URL('gate-thread.ts', import.meta.url), { workerData: part })
  thread.on('message', (message: Message) => {
    if ('figure' in message) report.figure(message.figure)
    else report.progress(...message.progress)
  })
  await once(thread, 'exit')
}
