import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import go from 'highlight.js/lib/languages/go'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import makefile from 'highlight.js/lib/languages/makefile'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import typescript from 'highlight.js/lib/languages/typescript'
import verilog from 'highlight.js/lib/languages/verilog'
import yaml from 'highlight.js/lib/languages/yaml'

const LANGUAGES = {
  bash,
  c,
  cpp,
  go,
  java,
  javascript,
  json,
  makefile,
  python,
  rust,
  typescript,
  verilog,
  yaml,
}

for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language)

/** By the end of a file's name; CUDA is C++ with a few words more. */
const ENDINGS: Readonly<Record<string, keyof typeof LANGUAGES>> = {
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  cu: 'cpp',
  cuh: 'cpp',
  py: 'python',
  rs: 'rust',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  tsx: 'typescript',
  go: 'go',
  java: 'java',
  sh: 'bash',
  bash: 'bash',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  v: 'verilog',
  sv: 'verilog',
  mk: 'makefile',
  makefile: 'makefile',
}

/** What is longer is shown as it is: nobody waits for colours. */
const MAX_CHARACTERS = 200_000

/** A piece of a line, with the class that colours it; empty for none. */
export interface Token {
  readonly text: string
  readonly kind: string
}

/** The language of a file, as far as it is one of those that are known here. */
export function languageOf(file: string): string | null {
  const name = file.split('/').at(-1)?.toLowerCase() ?? ''
  return ENDINGS[name.split('.').at(-1) ?? ''] ?? null
}

/** Lines as coloured pieces. They are taken from the highlighter's tree: no text ever becomes HTML. */
export function highlightLines(
  lines: readonly string[],
  language: string | null,
): readonly (readonly Token[])[] {
  const plain = (): readonly (readonly Token[])[] => lines.map((text) => [{ text, kind: '' }])
  const code = lines.join('\n')
  if (language === null || code.length > MAX_CHARACTERS) return plain()
  const tree: unknown = Reflect.get(
    hljs.highlight(code, { language, ignoreIllegals: true })._emitter,
    'rootNode',
  )
  if (!isNode(tree)) return plain()
  const result: Token[][] = [[]]
  collect(tree, '', result)
  return result.length === lines.length ? result : plain()
}

interface Node {
  readonly scope?: string
  readonly children: readonly (Node | string)[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'children' in value && Array.isArray(value.children)
}

function collect(node: Node, kind: string, lines: Token[][]): void {
  const own = node.scope === undefined ? kind : (node.scope.split('.')[0] ?? kind)
  for (const child of node.children) {
    if (typeof child !== 'string') collect(child, own, lines)
    else
      child.split('\n').forEach((text, index) => {
        if (index > 0) lines.push([])
        if (text !== '') lines.at(-1)?.push({ text, kind: own })
      })
  }
}
