import type { Readable } from 'node:stream'
import { createCapturedOutput } from './captured-output.ts'
import { openOutputFile } from './output-file.ts'
import { type Command, type Execution, MAX_PRINTED_BYTES } from './sandbox.ts'

const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024

/** What a command prints, as it is kept. */
export interface PrintedOutput {
  toTexts(): Pick<Execution, 'stdout' | 'output' | 'omittedBytes'>
  /** Throws an `AvoError` `storage` where the output file couldn't be written. */
  close(): void
}

/** Keeps what comes out of a command within its bounds; `onFlood` is called when it is more than any command may print. */
export function keepPrinted(
  stdout: Readable,
  stderr: Readable,
  { maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES, outputFile: path }: Command,
  onFlood: () => void,
): PrintedOutput {
  const kept = createCapturedOutput(maxOutputBytes)
  const keptTogether = createCapturedOutput(maxOutputBytes)
  const outputFile = openOutputFile(path)
  let printedBytes = 0

  stdout.on('data', (chunk: Buffer) => kept.write(chunk))
  for (const stream of [stdout, stderr])
    stream.on('data', (chunk: Buffer) => {
      keptTogether.write(chunk)
      outputFile.write(chunk)
      printedBytes += chunk.length
      if (printedBytes > MAX_PRINTED_BYTES) onFlood()
    })
  return {
    toTexts: () => ({
      stdout: kept.toText(),
      output: keptTogether.toText(),
      omittedBytes: keptTogether.omittedBytes,
    }),
    close: () => outputFile.close(),
  }
}
