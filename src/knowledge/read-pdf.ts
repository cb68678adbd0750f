import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { TextOrProblem } from './document-text.ts'

/** No document needs longer, on a busy machine either; one that was made to take for ever is cut off. */
const TIMEOUT_MS = 30_000
/** Of memory: more ends the reading and nothing else. */
const MAX_HEAP_MB = 512

const replySchema = z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })])

/**
 * The text layer of a PDF as Markdown, with a heading `Page N` above each page. A thread of its own reads it, so that nothing
 * in it can hold up the run.
 */
export async function readPdf(bytes: Uint8Array, name: string): Promise<TextOrProblem> {
  const module = new URL(`./pdf-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(module, {
    workerData: { bytes, name },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    env: {},
    stdout: true,
    stderr: true,
  })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => resolve({ problem: 'takes too long to read' }), TIMEOUT_MS)
      worker.once('message', (reply) => resolve(replySchema.parse(reply)))
      worker.once('error', reject)
      worker.once('exit', () => resolve({ problem: "can't be read" }))
    })
  } catch (error) {
    const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    return { problem: isMemory ? 'takes too much memory to read' : 'is damaged' }
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
