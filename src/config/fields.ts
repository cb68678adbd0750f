import { z } from 'zod'

/** The kinds of value that avo.yaml has. The error of each is what was expected, to be put after the key and the value. */

export const text = () => z.string('a text')

/** A text; an empty one counts as left out, as in the files that the Python AVO writes. */
export const optionalText = () =>
  z.preprocess((value) => (value === '' ? undefined : value), text().optional()).optional()

export const flag = () => z.preprocess(toBoolean, z.boolean('true or false'))

export function wholeNumber(least: number) {
  const expected = `a whole number of at least ${least}`
  return z.preprocess(toNumber, z.int(expected).min(least, expected))
}

export function numberAbove(least: number, most?: number) {
  const expected =
    most === undefined ? `a number above ${least}` : `a number above ${least} and at most ${most}`
  return z.preprocess(
    toNumber,
    z
      .number(expected)
      .gt(least, expected)
      .max(most ?? Number.MAX_VALUE, expected),
  )
}

export function numberFrom(least: number, most = Number.MAX_VALUE) {
  const expected =
    most === Number.MAX_VALUE ? `a number of at least ${least}` : `a number from ${least} to ${most}`
  return z.preprocess(toNumber, z.number(expected).min(least, expected).max(most, expected))
}

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `one of ${words.join(', ')}`)

/** A key with keys below it. A key without a value counts as left out, so that all of them can be commented out. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, expected = 'keys with values below it') {
  return z.preprocess(
    (value) => (isMap(value) ? withoutNulls(value, shape) : (value ?? {})),
    z.strictObject(shape, expected),
  )
}

/** `${…}` in a file gives texts, also where a number is wanted. */
function toNumber(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value
}

function toBoolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutNulls(value: object, shape: z.ZodRawShape): object {
  return Object.fromEntries(
    Object.entries(value).filter(([key, field]) => field !== null || !Object.hasOwn(shape, key)),
  )
}
