import { z } from 'zod'
import { type ConfigurationScore, geometricMean, type Score } from '../score.ts'
import { cutToHead } from '../text.ts'
import { parseScorerJson } from './scorer-json.ts'

const MAX_FEEDBACK_CHARACTERS = 8_000

const resultSchema = z.object({
  correct: z.boolean('"correct" must be true or false'),
  scores: z
    .record(z.string(), z.unknown(), '"scores" must be an object from configuration to number')
    .nullish(),
  metrics: z.record(z.string(), z.unknown(), '"metrics" must be an object').nullish(),
  feedback: z.string('"feedback" must be a text').nullish(),
})

/**
 * The score that a scorer's JSON document tells. `configurations` is the set that the values must have, empty where no
 * correct score has named one yet. Never throws: what is wrong with the document is an incorrect score with its reason.
 */
export function parseScorerOutput(text: string, configurations: readonly string[]): Score {
  let document: unknown
  try {
    document = parseScorerJson(text)
  } catch (error) {
    return invalidResult(`the scorer's result is not valid JSON: ${String(error)}`)
  }
  const parsed = resultSchema.safeParse(document, { error: () => 'it must be one JSON object' })
  if (!parsed.success)
    return invalidResult(`the scorer's result is wrong: ${parsed.error.issues[0]?.message ?? ''}`)

  const { correct, metrics } = parsed.data
  const feedback = parsed.data.feedback ? cutToHead(parsed.data.feedback, MAX_FEEDBACK_CHARACTERS) : undefined
  if (!correct) return incorrect(feedback)

  const scores = Object.entries(parsed.data.scores ?? {})
  const wrong = findWrongScore(scores, document) ?? findOtherSet(scores, configurations)
  if (wrong !== null)
    return { correct: false, failure: 'invalid-scores', reason: wrong, ...(feedback && { feedback }) }

  const values = scores.flatMap(([configuration, value]): readonly ConfigurationScore[] =>
    typeof value === 'number' ? [{ configuration, value }] : [],
  )
  return {
    correct: true,
    value: geometricMean(values.map(({ value }) => value)),
    scores: values,
    ...(metrics && { metrics }),
    ...(feedback && { feedback }),
  }
}

/** Why these are not scores, or null. */
function findWrongScore(scores: readonly (readonly [string, unknown])[], document: unknown): string | null {
  // zod leaves `__proto__` out of a record; a scorer that names a configuration so must not lose it silently.
  if (hasOwn(document, 'scores') && hasOwn(document.scores, '__proto__'))
    return 'a configuration can’t be named "__proto__"'
  if (scores.length === 0) return 'the scorer calls the candidate correct, but its "scores" are empty'
  for (const [name, value] of scores) {
    if (!/^[^\p{Cc}]{1,200}$/u.test(name))
      return `a configuration’s name is one line of 1 to 200 characters, not ${show(name)}`
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
      return `the score of configuration "${name}" must be a finite number above 0, not ${show(value)}`
  }
  return null
}

/** How the configurations differ from those of the first correct score, or null. */
function findOtherSet(
  scores: readonly (readonly [string, unknown])[],
  configurations: readonly string[],
): string | null {
  if (configurations.length === 0) return null
  const names = new Set(scores.map(([name]) => name))
  const missing = configurations.filter((name) => !names.has(name))
  const extra = [...names].filter((name) => !configurations.includes(name))
  if (missing.length === 0 && extra.length === 0) return null
  const differences = [
    missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    extra.length > 0 ? `unknown ${extra.join(', ')}` : '',
  ]
  return `the scores are not those of the task's configurations: ${differences.filter(Boolean).join('; ')}`
}

function incorrect(feedback: string | undefined): Score {
  const firstLine = feedback?.trim().split('\n')[0]
  const reason = firstLine
    ? `the scorer found it incorrect: ${cutToHead(firstLine, 300)}`
    : 'the scorer found it incorrect and did not say why'
  return { correct: false, failure: 'incorrect', reason, ...(feedback && { feedback }) }
}

function invalidResult(reason: string): Score {
  return { correct: false, failure: 'invalid-result', reason: cutToHead(reason, 500) }
}

function hasOwn<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function show(value: unknown): string {
  return cutToHead(JSON.stringify(value) ?? 'nothing', 100)
}
