import { extname } from 'node:path'

/** How to take a language's text apart. */
interface Language {
  /** What is kept as it is: strings, and what only looks like a comment. */
  readonly kept: readonly RegExp[]
  readonly comments: readonly RegExp[]
  /** What is left of something that these patterns do not understand, besides a quote without its other half. */
  readonly doubt: RegExp
  /** Whether the white space at the beginning of a line means something. */
  readonly isIndented: boolean
  /** Whether a comment of several lines ends a line of code. */
  readonly breaksLines: boolean
}

const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"/
const SINGLE_QUOTED = /'(?:\\[\s\S]|[^'\\\n])*'/
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//

const C: Language = {
  kept: [QUOTED, /(?<=[\da-f])'(?=[\da-f])/i, SINGLE_QUOTED],
  comments: [/\/\/(?:\\\r?\n|[^\n])*/, BLOCK_COMMENT],
  doubt: /R\0|u8\0|\0\0|\?\?\//, // raw strings, characters that look like digits, text blocks, trigraphs
  isIndented: false,
  breaksLines: false,
}

const JAVASCRIPT: Language = {
  kept: [QUOTED, SINGLE_QUOTED, /`(?:\\[\s\S]|[^`\\$])*`/],
  comments: [/\/\/[^\n]*/, BLOCK_COMMENT],
  doubt:
    /`|(?:^|[^\w\])\s])\s*\/|\b(?:return|typeof|case|in|of|void|await|yield|else|do)\s*\/|\)\s*\/[^\n]*\0/, // templates with code, a slash that may begin a regular expression
  isIndented: false,
  breaksLines: true,
}

const PYTHON: Language = {
  kept: [
    /"""(?:\\[\s\S]|[^\\])*?"""/,
    /'''(?:\\[\s\S]|[^\\])*?'''/,
    QUOTED,
    SINGLE_QUOTED,
    /#(?:!|[^\n]*coding[:=])[^\n]*/,
  ],
  comments: [/#[^\n]*/],
  doubt: /[ft]r?\0/i, // strings with code, which may hold quotes of their own
  isIndented: true,
  breaksLines: false,
}

const SHELL: Language = {
  kept: [
    /"(?:\\[\s\S]|[^"\\`$]|\$(?!\())*"/,
    /'[^']*'/,
    /\\[\s\S]/,
    /#![^\n]*/,
    /\$#/,
    /(?<=[^\s;&|(])#/,
    /\$\{[^}\s]*\}/,
  ],
  comments: [/#[^\n]*/],
  doubt: /<<|\$[({\0]|`/, // documents within the script, and commands within words
  isIndented: false,
  breaksLines: false,
}

const LANGUAGES: Readonly<Record<string, Language>> = Object.fromEntries([
  ...['.c', '.h', '.cc', '.cpp', '.cxx', '.hh', '.hpp', '.cu', '.cuh', '.java'].map((name) => [name, C]),
  ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map((name) => [name, JAVASCRIPT]),
  ['.py', PYTHON],
  ...['.sh', '.bash'].map((name) => [name, SHELL]),
])

/**
 * A file's code without comments and without white space that means nothing: the lines that have code, single spaces within.
 * Null for a language that is not known, and where something in the text can't be told from a comment by a few patterns. Such
 * a file only counts as changed, which costs a measurement and nothing else.
 */
export function stripComments(path: string, text: string): string | null {
  const language = LANGUAGES[extname(path)]
  if (language === undefined || text.includes('\0')) return null
  const kept: string[] = []
  const code = text.replace(patternOf(language), (piece, isKept) => {
    if (isKept !== undefined) return `\0${kept.push(piece) - 1}\0`
    return language.breaksLines && piece.includes('\n') ? '\n' : ' '
  })
  if (language.doubt.test(code) || /["']/.test(code)) return null
  return code
    .split('\n')
    .map((line) => tidy(line, language))
    .filter((line) => line.trim() !== '')
    .join('\n')
    .replace(/\0(\d+)\0/g, (_mark, index) => kept[Number(index)] ?? '')
}

function patternOf({ kept, comments }: Language): RegExp {
  const either = (patterns: readonly RegExp[]): string =>
    patterns.map(({ source, flags }) => (flags === 'i' ? `(?i:${source})` : source)).join('|')
  return new RegExp(`(${either(kept)})|${either(comments)}`, 'g')
}

function tidy(line: string, { isIndented }: Language): string {
  const indent = isIndented ? (/^[ \t]*/.exec(line)?.[0] ?? '') : ''
  return indent + line.trim().replace(/[ \t\r\f]+/g, ' ')
}
