import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { TextOrProblem } from './document-text.ts'

/** What the reading of a PDF may take. No document needs more, on a busy machine either. */
export interface PdfLimits {
  readonly timeoutMs: number
  /** How much larger the process may become meanwhile. */
  readonly memoryBytes: number
}

const LIMITS: PdfLimits = { timeoutMs: 30_000, memoryBytes: 512 * 1024 ** 2 }
/** What is packed in a PDF can be a thousand times as long, and grows by a hundred megabytes a second. */
const LOOK_EVERY_MS = 50

const replySchema = z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })])

/**
 * The text layer of a PDF as Markdown, with a heading `Page N` above each page. A thread of its own reads it, so that nothing
 * in it can hold up the run: what takes too long or too much memory is ended.
 */
export async function readPdf(bytes: Uint8Array, name: string, limits = LIMITS): Promise<TextOrProblem> {
  const module = new URL(`./pdf-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(module, {
    workerData: { bytes, name },
    env: {},
    stdout: true,
    stderr: true,
  })
  const endAt = performance.now() + limits.timeoutMs
  const largest = process.memoryUsage.rss() + limits.memoryBytes
  let watch: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      watch = setInterval(() => {
        if (performance.now() > endAt) resolve({ problem: 'takes too long to read' })
        if (process.memoryUsage.rss() > largest) resolve({ problem: 'takes too much memory to read' })
      }, LOOK_EVERY_MS)
      worker.once('message', (reply) => resolve(replySchema.parse(reply)))
      worker.once('error', reject)
      worker.once('exit', () => resolve({ problem: "can't be read" }))
    })
  } catch {
    // Its heap is full, or a bug in it came to light.
    return { problem: "can't be read" }
  } finally {
    clearInterval(watch)
    await worker.terminate()
  }
}
