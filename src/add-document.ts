import { constants, copyFile, mkdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TASK_DOCUMENTS } from './adapters.ts'
import type { Config } from './config/config.ts'
import { AvoError, toDiskError, toMessage } from './errors.ts'
import { isDocumentName } from './knowledge/document-folders.ts'
import { readDocument } from './knowledge/read-document.ts'

/**
 * Puts a copy of a file into a task's knowledge base, and gives its name there. A run that goes on is told at its next turn.
 *
 * @throws {AvoError} `usage` where it is no document or another one has its name, `knowledge` where it can't be written.
 */
export async function addDocument(config: Config, file: string): Promise<string> {
  const directory = config.knowledgeDirectory
  const name = basename(file)
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw new AvoError('usage', `${file} is a folder`, `Copy it into ${directory}: folders are searched too.`)
  const document = isDocumentName(name)
    ? ((await readDocument(file)) ?? { problem: 'does not exist' })
    : { problem: 'has a name that is passed over' }
  if ('problem' in document)
    throw new AvoError(
      'usage',
      `${file} is no document: it ${document.problem}`,
      'It must be a file of UTF-8 text of at most 1 MiB or a PDF that has its text, and its name no hidden one.',
    )
  const target = join(directory, name)
  try {
    await mkdir(directory, { recursive: true })
    await copyFile(file, target, constants.COPYFILE_EXCL)
  } catch (error) {
    if (toDiskError(error) !== error) throw toDiskError(error)
    const there = await readDocument(target)
    if (there === null || 'problem' in there)
      throw new AvoError('knowledge', `can't write ${target}: ${toMessage(error)}`, 'Check its folder.', {
        cause: error,
      })
    if (there.sha256 !== document.sha256)
      throw new AvoError('usage', `there is another document ${target}`, 'Rename one of the two.')
  }
  return `${TASK_DOCUMENTS}${name}`
}
