import { toInlineYaml } from './inline-yaml.ts'
import { configFields, type Field } from './schema-fields.ts'

const COMMENT_WIDTH = 100
const HEADER = `# Paths are relative to this file. \${NAME} and \${NAME:-default} are filled in from the environment.
# Only where the solution starts (seed) and what scores it (scorer) must be given.
`

/**
 * avo.yaml with every key, its default and what it means. Keys without a default are commented out with an example, so
 * that the file means the same as an empty one.
 */
export function renderConfigTemplate(): string {
  return [HEADER, ...configFields().map((field) => renderField(field, ''))].join('\n')
}

function renderField(field: Field, indent: string): string {
  const comment = wrap(field.sentence, COMMENT_WIDTH - indent.length).map((line) => `${indent}# ${line}\n`)
  const setting =
    field.fields.length > 0
      ? renderSection(field, indent)
      : `${indent}${field.default === undefined ? '# ' : ''}${field.name}: ${toInlineYaml(field.default ?? field.example)}\n`
  return `${comment.join('')}${setting}`
}

/** A section in which nothing has a default is commented out as a whole: it would not be complete. */
function renderSection(field: Field, indent: string): string {
  const isComplete = field.fields.some((inner) => inner.default !== undefined)
  if (isComplete)
    return `${indent}${field.name}:\n${field.fields.map((inner) => renderField(inner, `${indent}  `)).join('')}`
  const example = field.fields.map((inner) => [inner.name, inner.example])
  return `${indent}# ${field.name}: ${toInlineYaml(Object.fromEntries(example))}\n`
}

function wrap(text: string, width: number): readonly string[] {
  const lines = text.match(new RegExp(`.{1,${width}}(?: |$)`, 'g')) ?? []
  return lines.map((line) => line.trim())
}
