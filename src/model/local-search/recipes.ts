import type { NapiConfig, Rule } from '@ast-grep/napi'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { toMessage } from '../../errors.ts'
import { type Language, languageOfRecipe } from './languages.ts'

/** An ast-grep rule with a fix, as somebody wrote it into a document of the knowledge base. */
export interface Recipe {
  readonly id: string
  readonly document: string
  readonly language: Language
  /** What it does and why it helps; may be empty. */
  readonly message: string
  readonly matcher: NapiConfig
  /** The text to put in place of a match, with the rule's variables in it. */
  readonly fix: string
}

/** What documents hold: recipes, and why others in them can't be used. */
export interface RecipeReading {
  readonly recipes: readonly Recipe[]
  readonly problems: readonly string[]
}

const mappingSchema = z.record(z.string(), z.unknown())
const ruleSchema = z.custom<Rule>((value) => mappingSchema.safeParse(value).success, 'must be a mapping')
const recipeSchema = z.object({
  id: z.string().regex(/^\S+$/, 'one word'),
  language: z.string(),
  message: z.string().default(''),
  note: z.string().default(''),
  rule: ruleSchema,
  constraints: z.record(z.string(), ruleSchema).default({}),
  utils: z.record(z.string(), ruleSchema).default({}),
  transform: mappingSchema.default({}),
  fix: z.string('only a text is supported'),
  rewriters: z.undefined('not supported').optional(),
})

const FENCED_YAML = /^(`{3,}|~{3,})[ \t]*ya?ml\b.*\n([\s\S]*?)^\1/gm

/** The recipes in a Markdown document's fenced `yaml` blocks. YAML without both `rule` and `fix` is something else. */
export function parseRecipes(document: string, text: string): RecipeReading {
  const recipes: Recipe[] = []
  const problems: string[] = []
  for (const [, , block = ''] of text.replaceAll('\r\n', '\n').matchAll(FENCED_YAML)) {
    if (!/^rule:/m.test(block) || !/^fix:/m.test(block)) continue
    try {
      recipes.push(...parseBlock(document, block))
    } catch (error) {
      problems.push(`a recipe of ${document} can't be used: ${toMessage(error)}`)
    }
  }
  return { recipes, problems }
}

function parseBlock(document: string, block: string): readonly Recipe[] {
  return parseAllDocuments(block).map((yaml) => {
    if (yaml.errors[0] !== undefined) throw yaml.errors[0]
    const parsed = recipeSchema.safeParse(yaml.toJS())
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error))
    const { id, message, note, fix, rule, constraints, utils, transform } = parsed.data
    const language = languageOfRecipe(parsed.data.language)
    if (language === null) throw new Error(`${id}: there is no parser for ${parsed.data.language}`)
    const reason = [message.trim(), note.trim()].filter(Boolean).join('\n\n')
    return { id, document, language, message: reason, fix, matcher: { rule, constraints, utils, transform } }
  })
}
