const MAX_COMMAND_CHARACTERS = 60
const MAX_WORDS_CHARACTERS = 3_000
/** Lines before the first error that say where it is. */
const LINES_BEFORE = 2

/** How a build ended that did not end well. */
interface BuildEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly limit: string | null
  /** Standard output and standard error as they came. */
  readonly output: string
}

/** What is said of a build that came to nothing: how it ended, and its own words, the first errors first. */
export function describeBuild(
  argv: readonly string[],
  { exitCode, signal, limit, output }: BuildEnd,
  directory: string,
): { readonly summary: string; readonly words: string } {
  const command = argv.join(' ')
  const shown =
    command.length <= MAX_COMMAND_CHARACTERS ? command : `${command.slice(0, MAX_COMMAND_CHARACTERS)}…`
  const end =
    limit !== null
      ? `ran into its limit on ${limit}`
      : exitCode === null
        ? `was ended by ${signal}`
        : `ended with exit code ${exitCode}`
  const words = output.replaceAll(`${directory}/`, '').replace(/[^\P{Cc}\n\t]/gu, '')
  return { summary: `${shown} ${end}`, words: cutToErrors(words.trim()) }
}

/** The beginning, or where that would show no error, from the first one on: what follows an error follows from it. */
function cutToErrors(text: string): string {
  if (text.length <= MAX_WORDS_CHARACTERS) return text.toWellFormed()
  const lines = text.split('\n')
  const error = lines.findIndex((line) => /\b(error|undefined reference|fatal)\b/i.test(line))
  const from = lines.slice(0, Math.max(0, error)).join('\n').length
  const isShown = error === -1 || from < MAX_WORDS_CHARACTERS / 2
  const shown = isShown ? text : lines.slice(Math.max(0, error - LINES_BEFORE)).join('\n')
  const left = text.length - Math.min(shown.length, MAX_WORDS_CHARACTERS)
  return `${shown.slice(0, MAX_WORDS_CHARACTERS).toWellFormed()}\n[… ${left} characters left out]`
}
