/** Rows of one shape, column by column: their field names are written once. */
export type Columns<Row> = { readonly [Field in keyof Row]: readonly Row[Field][] }

/** Of numbers: what is drawn or read is never more exact, and `renderNumber` writes out no more. */
const DIGITS = 12

export function toColumns<Row extends object>(
  rows: readonly Row[],
  fields: readonly (keyof Row)[],
): Columns<Row> {
  const columns: { -readonly [Field in keyof Row]?: readonly Row[Field][] } = {}
  for (const field of fields) columns[field] = rows.map((row) => row[field])
  return isWhole<Columns<Row>>(columns, fields) ? columns : never()
}

/** The rows again. */
export function fromColumns<Row extends object>(
  columns: Columns<Row>,
  fields: readonly (keyof Row)[],
): Row[] {
  const [first] = fields
  const length = first === undefined ? 0 : columns[first].length
  return Array.from({ length }, (_, index) => {
    const row: Partial<Row> = {}
    for (const field of fields) {
      const value = columns[field][index]
      if (value !== undefined) row[field] = value
    }
    return isWhole<Row>(row, fields) ? row : never()
  })
}

/** For `JSON.stringify`: numbers that are no integers are cut to what is read of them. */
export function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value
}

function isWhole<Whole extends object>(part: Partial<Whole>, fields: readonly PropertyKey[]): part is Whole {
  return fields.every((field) => field in part)
}

function never(): never {
  throw new Error('a column is missing')
}
