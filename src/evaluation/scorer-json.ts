/** Strings, brackets, colons and commas, and everything else that stands for itself (numbers, `true`, `NaN`). */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity'])

/**
 * Parses what scorers write. `NaN` and `Infinity`, which Python's `json` writes though JSON has no such numbers, become
 * strings, so that the configuration can be named; a key that stands twice in one object is an error, because
 * `JSON.parse` would silently keep the last. Throws a `SyntaxError`.
 */
export function parseScorerJson(text: string): unknown {
  const value: unknown = JSON.parse(
    text.replace(TOKEN, (token) => (NOT_FINITE.has(token) ? `"${token}"` : token)),
  )
  const twice = findDoubledKey(text)
  if (twice !== null) throw new SyntaxError(`the key "${twice}" stands twice in one object`)
  return value
}

/** The first key that an object of this JSON text has twice. The text must be valid. */
function findDoubledKey(text: string): string | null {
  const objects: (Set<string> | null)[] = []
  let previous = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') objects.push(new Set())
    else if (token === '[') objects.push(null)
    else if (token === '}' || token === ']') objects.pop()
    else if (token === ':') {
      const key = String(JSON.parse(previous))
      const keys = objects.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
    previous = token
  }
  return null
}
