import { type Document, isAlias, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { toMessage } from '../errors.ts'
import type { Override } from './config.ts'
import { expandEnvironment } from './environment.ts'
import type { Mistake } from './mistake.ts'

/** The content of a YAML file, and where in it things stand. */
export interface YamlFile {
  readonly value: unknown
  /** What can't be read at all: syntax, variables that are not set. There is no value then. */
  readonly mistakes: readonly Mistake[]
  /** Where a key stands: `avo.yaml:4:3`, or `--set key` where the command line gave it. */
  placeOf(path: readonly PropertyKey[]): string
}

/** Parses a YAML text, puts the overrides in and fills in environment variables. Never throws. */
export function parseYamlFile(
  name: string,
  text: string,
  overrides: readonly Override[],
  env: NodeJS.ProcessEnv,
): YamlFile {
  const lines = new LineCounter()
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const written = document.clone()

  function placeAt(offset: number | null): string {
    if (offset === null) return name
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }

  function placeOf(path: readonly PropertyKey[]): string {
    const override = overrides.findLast(({ key }) => {
      const named = key.split('.')
      return startsWith(path, named) || (startsWith(named, path) && !written.hasIn(path))
    })
    return override === undefined ? placeAt(offsetOf(document, path)) : `--set ${override.key}`
  }

  const syntax = document.errors.map(({ message, pos }) => ({ place: placeAt(pos[0]), path: [], message }))
  if (syntax.length > 0) return { value: null, mistakes: syntax, placeOf }

  const mistakes = [...applyOverrides(document, overrides), ...fillIn(document, env)]
  return { value: mistakes.length === 0 ? document.toJS() : null, mistakes, placeOf }
}

function applyOverrides(document: Document, overrides: readonly Override[]): readonly Mistake[] {
  return overrides.flatMap(({ key, value }) => {
    const path = key.split('.')
    try {
      document.setIn(path, document.createNode(parseOverride(value)))
      return []
    } catch (error) {
      return [{ path, message: toMessage(error) }]
    }
  })
}

function parseOverride(value: string): unknown {
  const document = parseDocument(value, { prettyErrors: false })
  if (document.errors[0] !== undefined) throw new Error(`${value} is not YAML: ${document.errors[0].message}`)
  return document.toJS()
}

/** Fills in environment variables in every value that is a text, in place. */
function fillIn(document: Document, env: NodeJS.ProcessEnv): readonly Mistake[] {
  const mistakes: Mistake[] = []
  visit(document, {
    Scalar(position, node, ancestors) {
      if (typeof node.value !== 'string' || position === 'key') return
      const { text, missing } = expandEnvironment(node.value, env)
      node.value = text
      for (const name of missing)
        mistakes.push({
          path: pathTo([...ancestors, node]),
          message: `the environment variable ${name} is not set (\${${name}:-default} gives a default, $\${${name}} is the text itself)`,
        })
    },
  })
  return mistakes
}

/** Keys and indices on the way down a chain of nodes. */
function pathTo(chain: readonly unknown[]): readonly PropertyKey[] {
  return chain.flatMap((node, index): readonly PropertyKey[] => {
    if (isPair(node)) return [String(node.key)]
    return isSeq(node) ? [node.items.indexOf(chain[index + 1])] : []
  })
}

/** Where the deepest part of a path that the document has begins; null where that is the document itself. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  let offset: number | null = null
  let node: unknown = document.contents
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(step))
      if (pair === undefined) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null
}

function startsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.every((step, index) => String(path[index]) === String(step))
}
