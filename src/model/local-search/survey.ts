import { type Language, languageOfFile } from './languages.ts'
import { type Answer, answerTo, type Memory } from './memory.ts'
import { parseRecipes, type RecipeReading } from './recipes.ts'
import {
  type Page,
  parseDocumentPage,
  parseFileList,
  parseFilePage,
  parseRecipeDocuments,
} from './tool-text.ts'
import type { Tree } from './tree.ts'

/** A call of a tool that the model wants made. */
export interface Call {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What moves are found in, or the calls whose answers are missing for it. */
export type Survey =
  | { readonly missing: readonly Call[] }
  | (RecipeReading & { readonly missing: null; readonly tree: Tree })

/** A program of more files than this wants a reader that understands it. */
const MAX_FILES = 100
const MAX_PASSAGES = 20

type Ask = (tool: string, input: Call['input']) => Answer | undefined

/**
 * Makes the survey of an attempt: `revert` brings the version to start from, then the files of the solution are read and
 * the knowledge base is searched for recipes in their languages. A document is parsed once, however often it is asked for.
 */
export function createSurvey(): (memory: Memory, revert: Call) => Survey {
  const readings = new Map<string, RecipeReading>()

  return (memory, revert) => {
    const missing: Call[] = []
    const ask: Ask = (tool, input) => {
      const answer = answerTo(memory, tool, input)
      if (answer === undefined) missing.push({ tool, input })
      return answer
    }

    ask(revert.tool, revert.input)
    const listing = ask('list_files', {})
    if (listing === undefined || missing.length > 0) return { missing }

    const paths = listing.failed ? [] : parseFileList(listing.text)
    const tree = readTree(paths.filter(languageOfFile).slice(0, MAX_FILES), ask)
    const languages = new Set(paths.map(languageOfFile).filter((language) => language !== null))
    const documents = [...languages].flatMap((language) => searchRecipes(language, ask))
    if (missing.length > 0) return { missing }

    const found = [...new Set(documents)].map((document) => readRecipes(document, ask))
    if (missing.length > 0) return { missing }
    const recipes = found.flatMap((reading) => reading.recipes)
    const problems = found.flatMap((reading) => reading.problems)
    if (tree.size === 0) problems.push('No file of the solution is in a language that I know.')
    return { missing: null, tree, recipes, problems }
  }

  function readRecipes(document: string, ask: Ask): RecipeReading {
    const lines = readLines((line) => ask('read_knowledge', { document, from_line: line }), parseDocumentPage)
    const text = lines?.join('\n') ?? ''
    const key = `${document}\n${text}`
    const reading = readings.get(key) ?? parseRecipes(document, text)
    readings.set(key, reading)
    return reading
  }
}

function readTree(paths: readonly string[], ask: Ask): Tree {
  const tree = new Map<string, string>()
  for (const path of paths) {
    const lines = readLines((line) => ask('read_file', { path, from_line: line }), parseFilePage)
    if (lines !== null) tree.set(path, lines.map((line) => `${line}\n`).join(''))
  }
  return tree
}

/** The documents that hold recipes for a language, nearest first. */
function searchRecipes(language: Language, ask: Ask): readonly string[] {
  const query = `recipe: ast-grep yaml rule with a fix, language: ${language.aliases[0]}`
  const answer = ask('search_knowledge', { query, limit: MAX_PASSAGES })
  return answer === undefined || answer.failed ? [] : parseRecipeDocuments(answer.text)
}

/** All lines of what comes in pages; null while some are missing, and for what can't be read. */
function readLines(
  askFrom: (line: number) => Answer | undefined,
  parsePage: (text: string, fromLine: number) => Page,
): readonly string[] | null {
  const lines: string[] = []
  for (let from = 1; ; ) {
    const answer = askFrom(from)
    if (answer === undefined || answer.failed) return null
    const page = parsePage(answer.text, from)
    lines.push(...page.lines)
    if (page.nextLine === null) return lines
    if (page.nextLine <= from) return null
    from = page.nextLine
  }
}
