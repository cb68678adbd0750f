import { parentPort, workerData } from 'node:worker_threads'
import type { Report } from './figure.ts'
import { SIMULATED } from './gate-simulated.ts'

/** What a thread tells the benchmark. */
export type Message =
  | { readonly figure: Parameters<Report['figure']>[0] }
  | { readonly progress: Parameters<Report['progress']> }

const say = (message: Message): void => parentPort?.postMessage(message)
const part = String(workerData)
await SIMULATED[part]?.(part, {
  figure: (figure) => say({ figure }),
  progress: (...progress) => say({ progress }),
})
