import { arrayTypeOf, isNumberArray, type NumberArray } from './channel/plain-data.ts'

/** How far a number may be from the expected one: `absolute + relative · |expected|`. Nothing where it is left out. */
export interface Tolerance {
  readonly absolute?: number
  readonly relative?: number
}

/**
 * The first place where an output is not what was expected, in words, or null where it is right. Kinds must agree (a list
 * is not a typed array), NaN is only NaN, and 0 is -0.
 */
export function firstDifference(
  expected: unknown,
  output: unknown,
  tolerance: Tolerance = {},
): string | null {
  return compare(expected, output, tolerance, '')
}

function compare(expected: unknown, output: unknown, tolerance: Tolerance, path: string): string | null {
  if (isAsExpected(expected, output, tolerance)) return null
  if (Array.isArray(expected) && Array.isArray(output)) return compareLists(expected, output, tolerance, path)
  if (isNumberArray(expected) && isNumberArray(output))
    return compareArrays(expected, output, tolerance, path)
  if (isObject(expected) && isObject(output)) {
    const missing = Object.keys(expected).find((key) => !Object.hasOwn(output, key))
    if (missing !== undefined) return `${at(path)}there is no "${missing}"`
    const extra = Object.keys(output).find((key) => !Object.hasOwn(expected, key))
    if (extra !== undefined) return `${at(path)}there is a "${extra.slice(0, 60)}", which was not expected`
    for (const [key, member] of Object.entries(expected)) {
      const difference = compare(member, output[key], tolerance, `${path}.${key}`)
      if (difference !== null) return difference
    }
    return null
  }
  return `${at(path)}${show(output)}, expected ${show(expected)}`
}

function compareLists(
  expected: readonly unknown[],
  output: readonly unknown[],
  tolerance: Tolerance,
  path: string,
): string | null {
  if (expected.length !== output.length)
    return `${at(path)}${output.length} elements, expected ${expected.length}`
  for (const [index, member] of expected.entries()) {
    const difference = compare(member, output[index], tolerance, `${path}[${index}]`)
    if (difference !== null) return difference
  }
  return null
}

function compareArrays(
  expected: NumberArray,
  output: NumberArray,
  tolerance: Tolerance,
  path: string,
): string | null {
  if (arrayTypeOf(expected) !== arrayTypeOf(output) || shapeOf(expected) !== shapeOf(output))
    return `${at(path)}${show(output)}, expected ${show(expected)}`
  for (let index = 0; index < expected.length; index++)
    if (!isAsExpected(expected[index], output[index], tolerance))
      return `${at(`${path}[${index}]`)}${show(output[index])}, expected ${show(expected[index])}`
  return null
}

function isAsExpected(expected: unknown, output: unknown, tolerance: Tolerance): boolean {
  if (expected === output) return true
  if (typeof expected !== 'number' || typeof output !== 'number') return false
  if (Number.isNaN(expected)) return Number.isNaN(output)
  const { absolute = 0, relative = 0 } = tolerance
  const areFinite = Number.isFinite(expected) && Number.isFinite(output)
  return areFinite && Math.abs(output - expected) <= absolute + relative * Math.abs(expected)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumberArray(value)
}

function shapeOf(array: NumberArray): string {
  return String(Reflect.get(array, 'shape') ?? array.length)
}

function at(path: string): string {
  return path === '' ? '' : `at ${path.slice(0, 200)}: `
}

/** A value in few words. */
function show(value: unknown): string {
  if (isNumberArray(value)) return `a ${value.constructor.name} of ${shapeOf(value)}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  if (typeof value === 'object' && value !== null) return 'an object'
  return Object.is(value, -0) ? '-0' : String(value)
}
