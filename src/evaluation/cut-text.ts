import { stripVTControlCharacters } from 'node:util'

/** The first characters of a text, with a note of how many are missing. Well-formed Unicode, as model providers demand. */
export function cutToHead(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text.toWellFormed()
  return `${text.slice(0, maxCharacters).toWellFormed()} [… ${text.length - maxCharacters} characters left out]`
}

/** The last lines of a text that fit, without colours and cursor movements. */
export function cutToTail(text: string, maxCharacters: number): string {
  const kept = text.slice(-maxCharacters)
  const lineBreak = kept.indexOf('\n')
  const tail = kept.length === text.length || lineBreak < 0 ? kept : kept.slice(lineBreak + 1)
  return stripVTControlCharacters(tail).toWellFormed().trimEnd()
}
