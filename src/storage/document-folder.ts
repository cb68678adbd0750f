import { mkdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from './durable-file.ts'
import { listReadableFiles } from './list-files.ts'

/** Documents of another run that are read; each is cut off at this size. */
const MAX_DOCUMENTS = 20
const MAX_CHARACTERS = 200_000

/** Makes a folder hold these documents and no others. What is there already is left alone. */
export async function writeDocumentFolder(
  directory: string,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  mkdirSync(directory, { recursive: true })
  for (const name of listReadableFiles(directory, () => false))
    if (!documents.has(name)) await rm(join(directory, name), { force: true })
  for (const [name, text] of documents) {
    const path = join(directory, name)
    if ((await readFile(path, 'utf8').catch(() => null)) === text) continue
    mkdirSync(dirname(path), { recursive: true })
    replaceFile(path, text)
  }
}

/** The Markdown documents that lie directly in a folder, by name; none where there is no such folder. */
export async function readDocumentFolder(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = listReadableFiles(directory, (name) => name.startsWith('.')).filter((name) =>
    /^[^/]+\.md$/.test(name),
  )
  const documents = new Map<string, string>()
  for (const name of names.slice(0, MAX_DOCUMENTS)) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => null)
    if (text !== null) documents.set(name, text.slice(0, MAX_CHARACTERS).toWellFormed())
  }
  return documents
}
