import { z } from 'zod'
import { configSchema } from './schema.ts'

/** A key of the schema with what is known about it. */
export interface Field {
  readonly name: string
  readonly sentence: string
  /** Undefined where the key can be left out and nothing stands in for it. */
  readonly default: unknown
  /** What somebody could write there. */
  readonly example: unknown
  /** The keys below it, for a section. */
  readonly fields: readonly Field[]
}

/** The keys of avo.yaml in their order, sections with theirs. */
export function configFields(): readonly Field[] {
  return fieldsOf(configSchema)
}

/** The keys that a section knows; none where there is no such section. */
export function shapeAt(path: readonly PropertyKey[]): z.core.$ZodShape {
  let shape = shapeOf(configSchema)
  for (const step of path) {
    const schema = shape[String(step)]
    shape = schema === undefined ? {} : shapeOf(schema)
  }
  return shape
}

function fieldsOf(schema: z.core.$ZodType): readonly Field[] {
  return Object.entries(shapeOf(schema)).map(([name, field]) => {
    const { description = '', example } = z.globalRegistry.get(field) ?? {}
    return {
      name,
      sentence: description,
      default: defaultOf(field),
      example,
      fields: isUnion(field) ? [] : fieldsOf(field),
    }
  })
}

/** The keys of an object behind what is wrapped around it; of a union, those of its object. */
function shapeOf(schema: z.core.$ZodType): z.core.$ZodShape {
  const inner = unwrap(schema)
  if (inner instanceof z.core.$ZodObject) return inner._zod.def.shape
  if (inner instanceof z.core.$ZodUnion)
    return inner._zod.def.options.map(shapeOf).find((shape) => Object.keys(shape).length > 0) ?? {}
  return {}
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.core.$ZodPipe) return unwrap(schema._zod.def.out)
  const isWrapper =
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault
  return isWrapper ? unwrap(schema._zod.def.innerType) : schema
}

function isUnion(schema: z.core.$ZodType): boolean {
  return unwrap(schema) instanceof z.core.$ZodUnion
}

function defaultOf(schema: z.core.$ZodType): unknown {
  return schema instanceof z.core.$ZodDefault ? schema._zod.def.defaultValue : undefined
}
