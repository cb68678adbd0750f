import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'

/** A file's text, a byte order mark included, so that it can be written back byte for byte. Throws an error for the agent. */
export async function readTextFile(file: string, path: string): Promise<string> {
  const bytes = await readFile(file)
  if (!isUtf8(bytes) || bytes.includes(0)) throw notText(path)
  return bytes.toString()
}

/** What the agent is told about a file that it can be shown in part at best, and must not write back as text. */
export function notText(path: string): Error {
  return new Error(`${path} is not UTF-8 text; use run_shell`)
}
