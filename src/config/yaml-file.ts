import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { toMessage } from '../errors.ts'
import { expandEnvironment } from './environment.ts'
import type { Problem } from './problem.ts'

/** A key's value from the command line, in YAML: `--set llm.effort=high`. */
export interface Override {
  /** Dotted path of the key. */
  readonly key: string
  readonly value: string
}

/** The content of a YAML file, and where in it things stand. */
export interface YamlFile {
  readonly value: unknown
  /** What can't be read at all: syntax, variables that are not set. */
  readonly problems: readonly Problem[]
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })

  function placeOf(path: readonly PropertyKey[]): string {
    const override = overrides.findLast(({ key }) => key === path.slice(0, key.split('.').length).join('.'))
    if (override !== undefined) return `--set ${override.key}`
    return placeAt(offsetOf(document, path))
  }

  function placeAt(offset: number | undefined): string {
    if (offset === undefined) return name
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }

  if (document.errors.length > 0)
    return {
      value: null,
      problems: document.errors.map((error) => ({ path: [], message: error.message })),
      placeOf: () => placeAt(document.errors[0]?.pos[0]),
    }
  const problems = [...applyOverrides(document, overrides), ...fillIn(document, env)]
  return { value: problems.length === 0 ? document.toJS() : null, problems, placeOf }
}

function applyOverrides(document: Document, overrides: readonly Override[]): readonly Problem[] {
  return overrides.flatMap(({ key, value }) => {
    const path = key.split('.')
    try {
      const parsed = parseDocument(value)
      if (parsed.errors[0] !== undefined) return [{ path, message: `${value} is not YAML: ${parsed.errors[0].message}` }]
      document.setIn(path, document.createNode(parsed.toJS()))
      return []
    } catch (error) {
      return [{ path, message: toMessage(error) }]
    }
  })
}

/** Fills in environment variables in every text, in place. */
function fillIn(document: Document, env: NodeJS.ProcessEnv): readonly Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || key === 'key') return
      const { text, missing } = expandEnvironment(node.value, env)
      node.value = text
      for (const name of missing)
        problems.push({
          path: pathOf([...ancestors, node]),
          message: `the environment variable ${name} is not set; \${${name}:-default} gives a default, $\${${name}} the text itself`,
        })
    },
  })
  return problems
}
