import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { toMessage } from '../errors.ts'
import { type TextOrProblem, toDocumentText } from './document-text.ts'
import { wrapLongLines } from './long-lines.ts'
import { readPdf } from './read-pdf.ts'

/** A larger file is no document that somebody wrote for a reader; a PDF's figures count too. */
const MAX_DOCUMENT_BYTES = 1024 * 1024
const MAX_PDF_BYTES = 64 * 1024 * 1024
const PDF_NAME = /\.pdf$/i

/**
 * A document as it is indexed and read, page by page, and the hash of its bytes; or why it is none; null where the file is
 * gone. Lines are counted in this text, so that `talk.txt:3-4` is what `read` shows as its lines 3 and 4: of a file with long
 * lines, a page of the web, a notebook or a PDF they are others than those of the file.
 */
export async function readDocument(
  path: string,
): Promise<{ readonly text: string; readonly sha256: string } | { readonly problem: string } | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  // Reading a pipe would wait for ever.
  if (!found.isFile()) return { problem: 'is no file' }
  const limit = PDF_NAME.test(path) ? MAX_PDF_BYTES : MAX_DOCUMENT_BYTES
  if (found.size > limit) return { problem: `has more than ${limit / 1024 ** 2} MiB` }
  try {
    const bytes = await readFile(path)
    const read = PDF_NAME.test(path) ? await readPdf(bytes, basename(path)) : toText(path, bytes)
    if ('problem' in read) return read
    return { text: wrapLongLines(read.text), sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isGone ? null : { problem: `can't be read (${toMessage(error)})` }
  }
}

function toText(path: string, bytes: Uint8Array): TextOrProblem {
  if (bytes.includes(0)) return { problem: 'is no text' }
  try {
    return { text: toDocumentText(path, new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { problem: 'is no text in UTF-8' }
  }
}
