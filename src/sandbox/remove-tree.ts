import { rm } from 'node:fs/promises'
import { execa } from 'execa'

/** Directories may be closed even to their owner, or lie deeper than a path can be long. */
const REMOVE_ALL = 'chmod -R u+rwx -- "$1"; rm -rf -- "$1"'

/**
 * Removes what a command that is not trusted could write to, whatever it has made of it. Everything that it started must be
 * dead. Throws where something is left all the same.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true })
  await remove().catch(async () => {
    await execa('/bin/sh', ['-c', REMOVE_ALL, 'avo', path], { reject: false, stdio: 'ignore' })
    await remove()
  })
}
