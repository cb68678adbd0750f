/** Lines of a text that comes in pages. */
export interface Page {
  readonly lines: readonly string[]
  /** Where to go on; null at the end. No further than before where not even a line came whole. */
  readonly nextLine: number | null
}

/** The line that stands where the harness cut a long answer. */
const CUT = /\n… \d+ characters left out …\n/
const GO_ON = /^… .*go on with from_line=(\d+)$/
const PASSAGE = /^\[([^\]\n]+):\d+-\d+\]/

/** The paths in the answer of `list_files` that belong to the solution. */
export function parseFileList(text: string): readonly string[] {
  return text.split('\n').filter((line) => !line.endsWith(' (not in the solution)'))
}

/** A page of `read_file`. */
export function parseFilePage(text: string, fromLine: number): Page {
  const numbered = /^\d+\t(.*)$/s
  const { lines, isCut } = wholeLines(text)
  const content = lines.flatMap((line) => numbered.exec(line)?.slice(1) ?? [])
  return toPage(content, isCut, text, fromLine)
}

/** The names of the documents that `search_knowledge` found recipes in, nearest first. */
export function parseRecipeDocuments(text: string): readonly string[] {
  const passages = text
    .split(/^(?=\[[^\]\n]+:\d+-\d+\])/m)
    .filter((passage) => /^(?:rule|fix):/m.test(passage))
  return [...new Set(passages.flatMap((passage) => PASSAGE.exec(passage)?.slice(1) ?? []))]
}

/** A page of `read_knowledge`. */
export function parseDocumentPage(text: string, fromLine: number): Page {
  const { lines, isCut } = wholeLines(text)
  const content = lines.slice(
    lines.indexOf('<document>') + 1,
    isCut ? undefined : lines.lastIndexOf('</document>'),
  )
  return toPage(content, isCut, text, fromLine)
}

/** Whether the answer of `evaluate` is that of a correct candidate better than the best version, and not by chance. */
export function isBetter(text: string): boolean {
  const [, value, best, doubt = ''] = /^Correct: (\S+) against (\S+) of v\d+, \+(.*)/.exec(text) ?? []
  return value !== best && !doubt.includes('within noise')
}

/** Of an answer that was cut in the middle, the whole lines before the cut. */
function wholeLines(text: string): { readonly lines: readonly string[]; readonly isCut: boolean } {
  const cut = text.search(CUT)
  return cut === -1
    ? { lines: text.split('\n'), isCut: false }
    : { lines: text.slice(0, cut).split('\n').slice(0, -1), isCut: true }
}

function toPage(lines: readonly string[], isCut: boolean, text: string, fromLine: number): Page {
  if (isCut) return { lines, nextLine: fromLine + lines.length }
  const last = text.slice(text.lastIndexOf('\n') + 1)
  const nextLine = GO_ON.exec(last)?.[1]
  return { lines, nextLine: nextLine === undefined ? null : Number(nextLine) }
}
