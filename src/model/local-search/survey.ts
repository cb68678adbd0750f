import { answerTo, type Memory } from './memory.ts'
import { languageOfFile } from './languages.ts'
import { parseRecipes, type RecipeReading } from './recipes.ts'
import { type Page, parseDocumentPage, parseFileList, parseFilePage, parseRecipeDocuments } from './tool-text.ts'
import type { Tree } from './tree.ts'

/** A call of a tool that the model wants made. */
export interface Call {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What must be known before moves can be found, or the calls that are missing for it. */
export type Survey =
  | { readonly calls: readonly [Call, ...Call[]] }
  | ({ readonly calls: null; readonly tree: Tree } & RecipeReading)

/** More files than this are not looked at: a program of that size wants a reader that understands it. */
const MAX_FILES = 100
const PASSAGES = 20
