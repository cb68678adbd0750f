import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** What lies where the scorer had to write its result. */
export type ResultFile =
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'none' }
  /** Not a plain file, or too large to be a result. */
  | { readonly kind: 'unusable'; readonly reason: string }

const MAX_BYTES = 1024 * 1024

/** Reads the result without following links and without waiting on a pipe that something hostile put there. */
export async function readResultFile(path: string): Promise<ResultFile> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => error,
  )
  if (file instanceof Error)
    return file.code === 'ENOENT'
      ? { kind: 'none' }
      : { kind: 'unusable', reason: `the scorer's result can't be read (${file.code ?? file.message})` }
  try {
    const found = await file.stat()
    if (!found.isFile()) return { kind: 'unusable', reason: "the scorer's result is not a plain file" }
    if (found.size > MAX_BYTES)
      return {
        kind: 'unusable',
        reason: `the scorer's result has ${found.size} bytes; more than ${MAX_BYTES} is not a result`,
      }
    return { kind: 'document', text: await file.readFile('utf8') }
  } finally {
    await file.close()
  }
}
