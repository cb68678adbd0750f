import type { SgNode } from '@ast-grep/napi'
import { toMessage } from '../../errors.ts'
import { perturb } from './constants.ts'
import { renderFix } from './fix.ts'
import { type Language, languageOfFile, type Parse } from './languages.ts'
import type { Recipe } from './recipes.ts'
import { applyEdits, type Edit, type Tree } from './tree.ts'

/** A change that can be tried. */
export interface Move {
  /** What it is and where, on one line: the same change of the same tree has the same name. */
  readonly name: string
  /** For the first line of a summary. */
  readonly headline: string
  /** Where it comes from and why it may help. */
  readonly reason: string
  /** Where its recipes are from. */
  readonly documents: readonly string[]
  readonly edits: readonly Edit[]
}

/** Moves that were found, and why others could not be looked for. */
export interface MoveSearch {
  readonly moves: readonly Move[]
  readonly problems: readonly string[]
}

interface Source {
  readonly path: string
  readonly text: string
  readonly language: Language
  readonly root: SgNode
}

/** Every recipe at every place where it changes something. */
export function findRecipeMoves(tree: Tree, recipes: readonly Recipe[], parse: Parse): MoveSearch {
  const { sources, problems } = parseTree(tree, parse)
  const moves: Move[] = []
  for (const source of sources)
    for (const recipe of recipes) {
      if (recipe.language !== source.language) continue
      try {
        moves.push(...applyRecipe(recipe, source))
      } catch (error) {
        problems.push(`recipe ${recipe.id} of ${recipe.document} can't be used: ${toMessage(error)}`)
      }
    }
  return { moves, problems }
}

/** Every first recipe of a pair means parsing what it gave. */
const MAX_FIRST_MOVES = 50

/** Two recipes at once: a recipe at a place, and then every recipe at every place of what that gave. */
export function findCombinedMoves(tree: Tree, recipes: readonly Recipe[], parse: Parse): MoveSearch {
  const { moves: first, problems } = findRecipeMoves(tree, recipes, parse)
  const moves = first.slice(0, MAX_FIRST_MOVES).flatMap((one) =>
    findRecipeMoves(applyEdits(tree, one.edits), recipes, parse).moves.map((two) => ({
      name: `${one.name} then ${two.name}`,
      headline: `${one.headline}, ${two.headline}`,
      reason: `${one.reason}\n\n${two.reason}`,
      documents: [...new Set([...one.documents, ...two.documents])],
      edits: [...one.edits, ...two.edits],
    })),
  )
  return { moves, problems }
}

/** Every number in the code, one at a time, with other values. */
export function findConstantMoves(tree: Tree, _recipes: readonly Recipe[], parse: Parse): MoveSearch {
  const { sources, problems } = parseTree(tree, parse)
  const moves = sources.flatMap((source) =>
    source.language.numbers
      .flatMap((kind) => source.root.findAll({ rule: { kind } }))
      .flatMap((literal) => changeConstant(literal, source)),
  )
  return { moves, problems }
}

function applyRecipe({ id, document, message, fix, matcher }: Recipe, source: Source): readonly Move[] {
  return source.root.findAll(matcher).flatMap((match) => {
    const edit = toEdit(source.path, match, renderFix(fix, match, source.text))
    if (edit.text === match.text()) return []
    const place = placeOf(source.path, match)
    return [
      {
        name: `recipe ${id} ${place}`,
        headline: `apply recipe \`${id}\``,
        reason: `Recipe \`${id}\` (${document}) ${place}. ${message}`.trim(),
        documents: [document],
        edits: [edit],
      },
    ]
  })
}

function changeConstant(literal: SgNode, source: Source): readonly Move[] {
  const before = literal.text()
  return perturb(before).map((after) => ({
    name: `constant ${before} to ${after} ${placeOf(source.path, literal)}`,
    headline: `change ${before} to ${after}`,
    reason: `The number ${before} ${placeOf(source.path, literal)} is now ${after}; what is best was found by trying.`,
    documents: [],
    edits: [toEdit(source.path, literal, after)],
  }))
}

function parseTree(tree: Tree, parse: Parse): { sources: readonly Source[]; problems: string[] } {
  const sources: Source[] = []
  const problems: string[] = []
  for (const [path, text] of tree) {
    const language = languageOfFile(path)
    if (language === null) continue
    try {
      sources.push({ path, text, language, root: parse(language, text) })
    } catch (error) {
      problems.push(toMessage(error))
    }
  }
  return { sources, problems: [...new Set(problems)] }
}

function toEdit(path: string, node: SgNode, text: string): Edit {
  const { start, end } = node.range()
  return { path, start: start.index, end: end.index, text }
}

function placeOf(path: string, node: SgNode): string {
  const { line, column } = node.range().start
  return `on ${path} at ${line + 1}:${column + 1}`
}
