import { closest, distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { describeConfig } from './describe-config.ts'
import type { Mistake } from './mistake.ts'
import { shapeAt } from './schema-fields.ts'

type Issue = z.core.$ZodIssue

/** Keys whose values are never shown. */
const SECRET_KEY = /api_?key|secret|passw|_token$/i

/** What zod found wrong with a configuration, in words for the person who wrote it. `value` is what was checked. */
export function toMistakes(issues: readonly Issue[], value: unknown): readonly Mistake[] {
  return issues.flatMap(flattenUnion).flatMap((issue) => {
    const { path } = issue
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `unknown key${suggestKey(path, key)}`,
      }))
    return [{ path, message: describe(issue, valueAt(value, path)) }]
  })
}

/** Of the ways to write a value, the one that the person meant: where only what is inside is wrong, not the kind of it. */
function flattenUnion(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors.find((errors) =>
    errors.every(({ code, path }) => path.length > 0 || code !== 'invalid_type'),
  )
  if (meant === undefined) return [issue]
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flattenUnion)
}

function describe(issue: Issue, value: unknown): string {
  if (value === undefined) return `missing; expected ${issue.message}`
  const shown = SECRET_KEY.test(String(issue.path.at(-1))) ? 'the value' : show(value)
  return `${shown} is wrong; expected ${issue.message}${suggestWord(issue, value)}`
}

function suggestWord(issue: Issue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return ''
  return suggest(value, issue.values.map(String))
}

/** A key of the same section, or those of the same name elsewhere. */
function suggestKey(section: readonly PropertyKey[], key: string): string {
  const near = suggest(key, Object.keys(shapeAt(section)))
  if (near !== '') return near
  const elsewhere = describeConfig().filter((known) => known.key.endsWith(`.${key}`))
  return elsewhere.length === 0 ? '' : `; did you mean ${elsewhere.map((known) => known.key).join(' or ')}?`
}

function suggest(word: string, words: readonly string[]): string {
  if (words.length === 0) return ''
  const nearest = closest(
    word.toLowerCase(),
    words.map((known) => known.toLowerCase()),
  )
  const known = words.find((candidate) => candidate.toLowerCase() === nearest)
  const isNear = distance(word.toLowerCase(), nearest) <= Math.max(2, Math.floor(word.length / 3))
  return known !== undefined && isNear ? `; did you mean ${known}?` : ''
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, step) =>
      typeof parent === 'object' && parent !== null && Object.hasOwn(parent, step)
        ? Reflect.get(parent, step)
        : undefined,
    value,
  )
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
