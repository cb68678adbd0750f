import { toInlineYaml } from './inline-yaml.ts'
import { configFields, type Field } from './schema-fields.ts'

/** A key of avo.yaml for people. */
export interface KeyDescription {
  /** Dotted path. */
  readonly key: string
  /** As it would be written in the file; empty where there is none. */
  readonly default: string
  readonly sentence: string
}

/** Every key that holds a value, with its default and what it means: the README's table. */
export function describeConfig(): readonly KeyDescription[] {
  return configFields().flatMap((field) => describe(field, ''))
}

function describe(field: Field, prefix: string): readonly KeyDescription[] {
  const key = `${prefix}${field.name}`
  if (field.fields.length > 0) return field.fields.flatMap((inner) => describe(inner, `${key}.`))
  const shown = field.default === undefined ? '' : toInlineYaml(field.default)
  return [{ key, default: shown, sentence: field.sentence }]
}
