import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { readPdfText } from './pdf-text.ts'

// The thread in which `readPdf` reads a PDF.
const { bytes, name } = z.object({ bytes: z.instanceof(Uint8Array), name: z.string() }).parse(workerData)
parentPort?.postMessage(await readPdfText(bytes, name))
