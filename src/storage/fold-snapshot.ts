import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { packageVersion } from '../package-root.ts'
import { createRunFold, type RunFold } from '../run-start.ts'
import { replaceFile } from './durable-file.ts'

const segmentSchema = z.object({
  /** Its name in the archive. */
  file: z.string(),
  /** As it lies there. */
  packedBytes: z.int(),
  /** Of its lines. */
  bytes: z.int(),
  sha256: z.string(),
})

/** A part of the journal that was packed away. */
export type Segment = z.output<typeof segmentSchema>

const snapshotSchema = z.object({
  fold: z.string(),
  segments: z.array(segmentSchema),
  state: z.custom<RunFold>(isRunFold),
})

/** What the segments add up to, so that they need not be read again. It can be deleted at any time. */
export interface FoldSnapshot {
  readonly segments: readonly Segment[]
  readonly state: RunFold
}

/** What folds events: a state that other code folded is not ours. */
export const FOLD_MODULES: readonly string[] = [
  'run-fold',
  'run-start',
  'spent-fold',
  'attempt-fold',
  'progress',
  'redirection',
  'lesson',
  'lesson-fold',
  'document-use',
  'activity',
  'spent',
  'measurement',
  'lineage',
  'text',
]

/** The snapshot in a file; null where there is none that was made by this very code. */
export function readFoldSnapshot(file: string): FoldSnapshot | null {
  try {
    const snapshot = snapshotSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return snapshot.fold === identifyFold() ? snapshot : null
  } catch {
    return null
  }
}

export function writeFoldSnapshot(file: string, { segments, state }: FoldSnapshot): void {
  replaceFile(file, JSON.stringify({ fold: identifyFold(), segments, state }))
}

function identifyFold(): string {
  const hash = createHash('sha256').update(packageVersion())
  for (const name of FOLD_MODULES)
    hash.update(readFileSync(join(import.meta.dirname, '..', `${name}${extname(import.meta.filename)}`)))
  return hash.digest('hex')
}

function isRunFold(value: unknown): value is RunFold {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(createRunFold()).every((key) => Object.hasOwn(value, key))
  )
}
