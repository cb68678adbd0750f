/** The keys of nested maps as dotted names, in their order; lists are values. */
export function flattenKeys(value: object, prefix = ''): Readonly<Record<string, unknown>> {
  const entries = Object.entries(value).flatMap(([key, field]): readonly (readonly [string, unknown])[] => {
    if (field === undefined) return []
    const isMap = typeof field === 'object' && field !== null && !Array.isArray(field)
    return isMap ? Object.entries(flattenKeys(field, `${prefix}${key}.`)) : [[`${prefix}${key}`, field]]
  })
  return Object.fromEntries(entries)
}
