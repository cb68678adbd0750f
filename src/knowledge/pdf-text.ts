import { getDocumentProxy } from 'unpdf'
import { firstLine } from '../text.ts'
import type { TextOrProblem } from './document-text.ts'

/** What a page says where it is drawn, one after the other. */
interface Piece {
  readonly text: string
  /** Height above the page's lower end, and of its letters, in points. */
  readonly y: number
  readonly height: number
  readonly endsLine: boolean
}

const MAX_PAGES = 1_000
const MAX_CHARACTERS = 2_000_000
/** Lines further apart than so many of their heights are paragraphs. */
const PARAGRAPH_GAP = 1.7

/** The text of a PDF page by page, as far as it is not too long. Never throws. */
export async function readPdfText(bytes: Uint8Array, name: string): Promise<TextOrProblem> {
  try {
    // No code in it is run, no font and no picture is looked at.
    const pdf = await getDocumentProxy(bytes, {
      disableFontFace: true,
      useSystemFonts: false,
      verbosity: 0,
    })
    const sections: string[] = []
    let length = 0
    for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES) && length < MAX_CHARACTERS; number++) {
      const { items } = await (await pdf.getPage(number)).getTextContent()
      const pieces = items.flatMap((item) => ('str' in item ? [toPiece(item)] : []))
      const text = toParagraphs(pieces).slice(0, MAX_CHARACTERS - length)
      length += text.length
      if (text !== '') sections.push(`## Page ${number}\n\n${text}`)
    }
    if (sections.length === 0)
      return { problem: 'has no text: its pages are pictures, and would first have to be put into text' }
    const rest = length >= MAX_CHARACTERS || pdf.numPages > MAX_PAGES
    const end = rest ? [`## The rest\n\nIt is longer than what is read of one document.`] : []
    return { text: `${[`# ${name}`, ...sections, ...end].join('\n\n')}\n` }
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException'
    const why = error instanceof Error ? firstLine(error.message, 80) : 'unknown'
    return { problem: isEncrypted ? 'is encrypted' : `is damaged (${why})` }
  }
}

function toPiece(item: {
  str: string
  transform: readonly unknown[]
  height: number
  hasEOL: boolean
}): Piece {
  const y = Number(item.transform[5])
  return { text: item.str, y, height: item.height, endsLine: item.hasEOL }
}

function toParagraphs(pieces: readonly Piece[]): string {
  const lines: string[] = []
  let line = ''
  let above: Piece | null = null
  for (const piece of pieces) {
    const gap = above === null || above.height === 0 ? 0 : Math.abs(above.y - piece.y) / above.height
    if (line === '' && piece.text.trim() !== '' && gap > PARAGRAPH_GAP) lines.push('')
    line += piece.text
    if (piece.text.trim() !== '') above = piece
    if (!piece.endsLine) continue
    lines.push(line)
    line = ''
  }
  return [...lines, line].map(toPlainLine).join('\n').trim()
}

/** Nothing in a page is a heading of ours or the beginning of code. */
function toPlainLine(line: string): string {
  return line
    .replace(/\p{Cc}/gu, ' ')
    .trimEnd()
    .replace(/^(\s*)(#)/, '$1\\$2')
    .replace(/`{3,}|~{3,}/g, '\\$&')
}
