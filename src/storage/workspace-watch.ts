import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { WorkspaceWatch } from '../agent/watch-tools.ts'
import { replaceFile } from './durable-file.ts'
import { createEditable, droppingsOfSolution } from './editable.ts'
import { createNameMatcher, listReadableFiles } from './list-files.ts'

/** A file as it was: its metadata, which is quickly compared, and what it said. */
const stampSchema = z.object({ metadata: z.string(), content: z.string() })

/** Larger files are known by their metadata alone. */
const MAX_BYTES = 8 * 1024 * 1024

/** Null where the harness was setting the workspace itself. */
const markSchema = z.record(z.string(), stampSchema).nullable()

type Stamp = z.infer<typeof stampSchema>

/** Opens the watch over the editable files of a workspace; `file` keeps its mark over restarts. */
export function openWorkspaceWatch(options: {
  readonly directory: string
  readonly editable: readonly string[]
  readonly file: string
}): WorkspaceWatch {
  const { directory, editable, file } = options
  const isEditable = createEditable(editable)
  const isLeftOut = createNameMatcher(droppingsOfSolution(editable, []))
  let known = readMark(file)

  function look(): ReadonlyMap<string, Stamp> {
    const paths = listReadableFiles(directory, isLeftOut).filter(isEditable)
    return new Map(
      paths.flatMap((path) => {
        const stamp = readStamp(join(directory, path), known?.get(path))
        return stamp === null ? [] : [[path, stamp] as const]
      }),
    )
  }

  return {
    changes() {
      if (known === null) return []
      const before = known
      const now = look()
      return [...new Set([...before.keys(), ...now.keys()])]
        .filter((path) => before.get(path)?.content !== now.get(path)?.content)
        .toSorted()
    },
    mark() {
      const now = look()
      const text = JSON.stringify(Object.fromEntries(now))
      if (known === null || text !== JSON.stringify(Object.fromEntries(known))) replaceFile(file, text)
      known = now
    },
    forget() {
      // In its place, not removed: a power cut would bring back what was removed.
      replaceFile(file, JSON.stringify(null))
      known = null
    },
  }
}

/** Null where there is no mark, or a power cut left one that can't be read. */
function readMark(file: string): ReadonlyMap<string, Stamp> | null {
  try {
    const mark = markSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return mark && new Map(Object.entries(mark))
  } catch {
    return null
  }
}

/** Null for what is neither a file nor a link, can't be read, or is gone meanwhile. */
function readStamp(path: string, before: Stamp | undefined): Stamp | null {
  try {
    const stats = lstatSync(path)
    if (!stats.isFile() && !stats.isSymbolicLink()) return null
    const metadata = `${stats.ino}:${stats.size}:${stats.mode}:${stats.mtimeMs}:${stats.ctimeMs}`
    if (metadata === before?.metadata) return before
    if (stats.size > MAX_BYTES) return { metadata, content: `of ${metadata}` }
    const content = stats.isSymbolicLink() ? readlinkSync(path) : readFileSync(path)
    return { metadata, content: createHash('sha256').update(content).digest('hex') }
  } catch {
    return null
  }
}
