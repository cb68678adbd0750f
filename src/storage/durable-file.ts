import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces a file's content: a reader, or a restart after a power cut, sees the old content or the new one, never a part. */
export function replaceFile(file: string, content: string | Buffer): void {
  const draft = `${file}.${randomUUID()}.draft`
  try {
    writeFileSync(draft, content, { flush: true })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncDirectory(dirname(file))
}

/** Makes names that were created or renamed in a directory survive a power cut. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
