import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { AvoError } from '../errors.ts'
import { copySettings, type SystemView } from './system-view.ts'

/** A root of empty directories, on which the system's own can be laid; with its settings and its links. */
export function makeRoot(system: SystemView, directory: string): string {
  const root = join(directory, 'root')
  for (const path of ['/proc', '/dev', '/sys', '/tmp', '/run', '/var/tmp', ...system.paths])
    mkdirSync(join(root, path), { recursive: true })
  // What is laid over it gets its mode.
  chmodSync(join(root, '/tmp'), 0o1777)
  for (const { path, target } of system.links) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(target, join(root, path))
  }
  copySettings(system, root)
  return root
}

/** Makes the root an image of docker's, which takes no directory for one. Gives the image's name, the same for the same root. */
export async function importRoot(root: string, { links, paths }: SystemView): Promise<string> {
  const id = createHash('sha256')
    .update(JSON.stringify([links, paths]))
    .digest('hex')
    .slice(0, 16)
  const name = `avo-root:${id}`
  const script = 'docker image inspect "$2" >/dev/null 2>&1 || tar -C "$1" -c . | docker import - "$2"'
  const { failed, stderr } = await execa('/bin/sh', ['-c', script, 'avo', root, name], { reject: false })
  if (failed) throw new AvoError('sandbox', `docker can't import an image: ${stderr.trim()}`)
  return name
}
