import type { SgNode } from '@ast-grep/napi'
import { toMessage } from '../../errors.ts'
import { ModelError } from '../model-error.ts'

/** A programming language that the local search can change. */
export interface Language {
  /** As ast-grep's parsers are asked for it. */
  readonly name: string
  /** Names that recipes use for it, in lower case. */
  readonly aliases: readonly string[]
  readonly extensions: readonly string[]
  /** Kinds of syntax nodes that are a number. */
  readonly numbers: readonly string[]
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'JavaScript',
    aliases: ['javascript', 'js', 'jsx'],
    extensions: ['js', 'mjs', 'cjs', 'jsx'],
    numbers: ['number'],
  },
  {
    name: 'TypeScript',
    aliases: ['typescript', 'ts'],
    extensions: ['ts', 'mts', 'cts'],
    numbers: ['number'],
  },
  { name: 'Tsx', aliases: ['tsx'], extensions: ['tsx'], numbers: ['number'] },
  {
    name: 'python',
    aliases: ['python', 'py'],
    extensions: ['py', 'pyi'],
    numbers: ['integer', 'float'],
  },
  { name: 'c', aliases: ['c'], extensions: ['c', 'h'], numbers: ['number_literal'] },
  {
    name: 'cpp',
    aliases: ['cpp', 'c++', 'cc', 'cxx'],
    extensions: ['cc', 'cpp', 'cxx', 'hh', 'hpp', 'hxx', 'cu', 'cuh'],
    numbers: ['number_literal'],
  },
  // There is no parser of Verilog's here. C's finds its numbers, and expressions and statements as far as both write them alike.
  {
    name: 'c',
    aliases: ['verilog', 'systemverilog'],
    extensions: ['v', 'vh', 'sv', 'svh'],
    numbers: ['number_literal'],
  },
  {
    name: 'rust',
    aliases: ['rust', 'rs'],
    extensions: ['rs'],
    numbers: ['integer_literal', 'float_literal'],
  },
]

/** Parsers that ast-grep does not bring along. */
const PACKAGES = {
  python: () => import('@ast-grep/lang-python'),
  c: () => import('@ast-grep/lang-c'),
  cpp: () => import('@ast-grep/lang-cpp'),
  rust: () => import('@ast-grep/lang-rust'),
}

/** Parses a source text and gives its root. Throws where the language's parser is missing on this machine. */
export type Parse = (language: Language, source: string) => SgNode

/** The language of a file, by its extension; null for one that is not known. */
export function languageOfFile(path: string): Language | null {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase()
  return (
    LANGUAGES.find((language) => extension !== undefined && language.extensions.includes(extension)) ?? null
  )
}

/** The language that a recipe names; null for one that is not known. */
export function languageOfRecipe(name: string): Language | null {
  return LANGUAGES.find((language) => language.aliases.includes(name.toLowerCase())) ?? null
}

let parser: Promise<Parse> | null = null

/** Loads ast-grep, once a process: it takes the parsers of further languages in a single call only. */
export function loadParser(): Promise<Parse> {
  parser ??= load()
  return parser
}

async function load(): Promise<Parse> {
  const { parse, registerDynamicLanguage } = await import('@ast-grep/napi').catch((error: unknown) => {
    const hint = '`npm ci` installs it for this platform; another provider does without it.'
    throw new ModelError('model-invalid', `ast-grep can't be loaded: ${toMessage(error)}`, hint)
  })
  const missing = new Map<string, string>()
  const registrations: Parameters<typeof registerDynamicLanguage>[0] = {}
  for (const [name, loadPackage] of Object.entries(PACKAGES)) {
    try {
      const { default: registration } = await loadPackage()
      registrations[name] = { ...registration, libraryPath: registration.libraryPath }
    } catch (error) {
      missing.set(name, toMessage(error))
    }
  }
  registerDynamicLanguage(registrations)
  return (language, source) => {
    const reason = missing.get(language.name)
    if (reason !== undefined) throw new Error(`the parser of ${language.name} can't be loaded: ${reason}`)
    return parse(language.name, source).root()
  }
}
