/** Arrays of numbers that travel as raw bytes, by the names that JavaScript and Python share. */
export const ARRAY_TYPES = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

export type ArrayType = keyof typeof ARRAY_TYPES
export type NumberArray = InstanceType<(typeof ARRAY_TYPES)[ArrayType]>

/** Stands in JSON for what JSON has not: `{"$avo": ["array", 0]}`, `["number", "NaN"]`, `["integer", "1"]`. */
const MARKER = '$avo'
const MAX_DEPTH = 100
const UNUSUAL_NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])
const TYPE_OF_PROTOTYPE = new Map<unknown, ArrayType>([
  ...Object.entries(ARRAY_TYPES).map(([name, { prototype }]): [unknown, ArrayType] => [
    prototype,
    toArrayType(name),
  ]),
  [Buffer.prototype, 'uint8'],
])

/** A value that is not plain data: null, booleans, numbers, strings, lists, plain objects and typed arrays are. */
export class NotPlainData extends Error {
  override readonly name = 'NotPlainData'
  readonly what: string
  /** Where in the value, outermost first: `[3].weights`. */
  readonly path: string

  constructor(what: string, path = '') {
    super(path === '' ? what : `at ${path}: ${what}`)
    this.what = what
    this.path = path
  }
}

/** The name of a typed array's type, or undefined for anything else, subclasses of typed arrays included. */
export function arrayTypeOf(value: unknown): ArrayType | undefined {
  return ArrayBuffer.isView(value) ? TYPE_OF_PROTOTYPE.get(Object.getPrototypeOf(value)) : undefined
}

/** The type of that name. Throws `NotPlainData` for a name that JavaScript has no array for. */
export function toArrayType(name: unknown): ArrayType {
  for (const type of Object.keys(ARRAY_TYPES) as ArrayType[]) if (type === name) return type
  throw new NotPlainData(`JavaScript has no array of ${String(name).slice(0, 40)}`)
}

/** A value as JSON can say it. Typed arrays are appended to `arrays` and stand as their index. Throws `NotPlainData`. */
export function toJsonValue(value: unknown, arrays: NumberArray[], depth = 0): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [MARKER]: ['number', Object.is(value, -0) ? '-0' : String(value)] }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return { [MARKER]: ['integer', String(value)] }
  if (typeof value !== 'object') throw new NotPlainData(describe(value))
  if (depth === MAX_DEPTH) throw new NotPlainData(`nested more than ${MAX_DEPTH} deep`)
  if (isNumberArray(value)) return { [MARKER]: ['array', arrays.push(value) - 1] }

  const prototype: unknown = Object.getPrototypeOf(value)
  let key: string | number = ''
  try {
    if (Array.isArray(value) && prototype === Array.prototype) {
      const list: unknown[] = []
      for (key = 0; key < value.length; key++) list.push(toJsonValue(value[key], arrays, depth + 1))
      return list
    }
    if (prototype === Object.prototype || prototype === null) {
      const object: Record<string, unknown> = {}
      for (const [name, member] of Object.entries(value)) {
        key = name
        if (name === MARKER || name === '__proto__') throw new NotPlainData('a name that is reserved')
        object[name] = toJsonValue(member, arrays, depth + 1)
      }
      return object
    }
  } catch (error) {
    throw withKey(error, key)
  }
  throw new NotPlainData(describe(value))
}

/** The value that a parsed JSON value stands for; lists and objects are filled in where they lie. Throws `NotPlainData`. */
export function fromJsonValue(value: unknown, arrays: (NumberArray | undefined)[], depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) throw new NotPlainData(`nested more than ${MAX_DEPTH} deep`)
  let key: string | number = ''
  try {
    if (Array.isArray(value)) {
      for (key = 0; key < value.length; key++) value[key] = fromJsonValue(value[key], arrays, depth + 1)
      return value
    }
    const object = value as Record<string, unknown>
    if (Object.hasOwn(object, MARKER)) return fromMarker(object[MARKER], arrays)
    for (key of Object.keys(object)) {
      if (key === '__proto__') throw new NotPlainData('a name that is reserved')
      object[key] = fromJsonValue(object[key], arrays, depth + 1)
    }
    return object
  } catch (error) {
    throw withKey(error, key)
  }
}

/** Each array stands in one place: a small answer must not become a large one. */
function fromMarker(marker: unknown, arrays: (NumberArray | undefined)[]): unknown {
  const [kind, content] = Array.isArray(marker) ? marker : []
  if (kind === 'array' && typeof content === 'number') {
    const array = arrays[content]
    if (array !== undefined) {
      arrays[content] = undefined
      return array
    }
  }
  const number = UNUSUAL_NUMBERS.get(content)
  if (kind === 'number' && number !== undefined) return number
  if (kind === 'integer' && typeof content === 'string' && /^-?\d{1,1000}$/.test(content))
    return BigInt(content)
  throw new NotPlainData('a marker that stands for nothing')
}

/** Whether it is a typed array, and of no class derived from one. */
export function isNumberArray(value: unknown): value is NumberArray {
  return arrayTypeOf(value) !== undefined
}

/** What kind of value this is, in the words of an error message. */
function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'undefined' : `a ${typeof value}`
  const maker: unknown = Reflect.get(value, 'constructor')
  const name = typeof maker === 'function' ? maker.name : Object.prototype.toString.call(value).slice(8, -1)
  return `an object of class ${name || 'unknown'}`
}

function withKey(error: unknown, key: string | number): unknown {
  if (!(error instanceof NotPlainData)) return error
  const step = typeof key === 'number' ? `[${key}]` : `.${key.slice(0, 60)}`
  return new NotPlainData(error.what, key === '' ? error.path : `${step}${error.path}`.slice(0, 300))
}
