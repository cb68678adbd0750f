import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AvoError, toMessage } from '../errors.ts'
import type { DocumentChange } from '../events.ts'
import { replaceFile } from '../storage/durable-file.ts'
import type { DocumentFiles, FolderContents } from './documents.ts'

const documentSchema = z.object({
  path: z.string(),
  title: z.string(),
  opening: z.string(),
  sha256: z.string(),
  stamp: z.string(),
})
const knownSchema = z.object({
  documents: z.record(z.string(), documentSchema),
  unreadable: z.record(z.string(), z.object({ problem: z.string(), stamp: z.string() })),
})

/** What the agent and the person were last told of, over all sessions of the run; null where there is no such memory. */
export async function readKnownDocuments(path: string): Promise<FolderContents | null> {
  try {
    const { documents, unreadable } = knownSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    return {
      documents: new Map(Object.entries(documents)),
      unreadable: new Map(Object.entries(unreadable)),
    }
  } catch {
    return null
  }
}

/** Remembers what the folders have, whatever happens while it writes. Throws `AvoError` `knowledge`. */
export function writeKnownDocuments(path: string, { documents, unreadable }: FolderContents): void {
  const known = {
    documents: Object.fromEntries(documents),
    unreadable: Object.fromEntries(unreadable),
  }
  try {
    mkdirSync(dirname(path), { recursive: true })
    replaceFile(path, JSON.stringify(known))
  } catch (error) {
    throw new AvoError(
      'knowledge',
      `${path} can't be written: ${toMessage(error)}`,
      'Check that its folder may be written and that the disk is not full.',
      { cause: error },
    )
  }
}

/** What happened between two looks, in order of name. A file that was only touched did not change. */
export function toDocumentChanges(before: DocumentFiles, after: DocumentFiles): readonly DocumentChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((document): DocumentChange[] => {
    const old = before.get(document)
    const now = after.get(document)
    if (now === undefined) return old === undefined ? [] : [{ document, title: old.title, change: 'removed' }]
    if (old?.sha256 === now.sha256) return []
    const { title, opening } = now
    const change = old === undefined ? 'added' : 'changed'
    return [{ document, title, change, ...(opening !== '' && { opening }) }]
  })
}
