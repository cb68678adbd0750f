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
  holdout: z
    .object(
      {
        correct: z.boolean('"holdout.correct" must be true or false').optional(),
        scores: z.record(z.string(), z.unknown(), '"holdout.scores" must be an object').nullish(),
        reason: z.string('"holdout.reason" must be a text').nullish(),
      },
      '"holdout" must be an object',
    )
    .nullish(),
  held: z.boolean('"held" must be true or false').nullish(),
  reason: z.string('"reason" must be a text').nullish(),
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

  const { correct, metrics, holdout, held } = parsed.data
  const feedback = parsed.data.feedback ? cutToHead(parsed.data.feedback, MAX_FEEDBACK_CHARACTERS) : undefined
  if (!correct) return incorrect(feedback, holdout?.reason ?? undefined)
  if (holdout?.correct === false)
    return incorrect('it fails on an input of a kind that is not shown', holdout.reason ?? undefined)

  const scores = Object.entries(parsed.data.scores ?? {})
  const hidden = Object.entries(holdout?.scores ?? {})
  const wrong =
    findWrongScore(scores, document) ??
    findOtherSet(scores, configurations) ??
    findWrongHoldout(hidden, scores)
  if (wrong !== null)
    return { correct: false, failure: 'invalid-scores', reason: wrong, ...(feedback && { feedback }) }

  const values = toConfigurationScores(scores)
  return {
    correct: true,
    value: geometricMean(values.map(({ value }) => value)),
    scores: values,
    ...(hidden.length > 0 && { holdout: toConfigurationScores(hidden) }),
    ...(held && { implausible: cutToHead(parsed.data.reason ?? 'the scorer says so', 300) }),
    ...(metrics && { metrics }),
    ...(feedback && { feedback }),
  }
}

type NamedValue = readonly [name: string, value: unknown]

function toConfigurationScores(scores: readonly NamedValue[]): readonly ConfigurationScore[] {
  return scores.flatMap(([configuration, value]) =>
    typeof value === 'number' ? [{ configuration, value }] : [],
  )
}

/** Why these are not scores, or null. */
function findWrongScore(scores: readonly NamedValue[], document: unknown): string | null {
  // zod leaves `__proto__` out of a record; a scorer that names a configuration so must not lose it silently.
  if (hasOwn(document, 'scores') && hasOwn(document.scores, '__proto__'))
    return 'a configuration can’t be named "__proto__"'
  if (scores.length === 0) return 'the scorer calls the candidate correct, but its "scores" are empty'
  for (const [name, value] of scores) {
    if (!/^[^\p{Cc}]{1,200}$/u.test(name))
      return `a configuration’s name is one line of 1 to 200 characters, not ${show(name)}`
    if (!isScore(value))
      return `the score of configuration "${name}" must be a finite number above 0, not ${show(value)}`
  }
  return null
}

/** Why these are no scores of hidden configurations, or null. The reason names none: the agent reads it. */
function findWrongHoldout(hidden: readonly NamedValue[], scores: readonly NamedValue[]): string | null {
  if (!hidden.every(([, value]) => isScore(value)))
    return 'the score of a hidden configuration must be a finite number above 0'
  const isDouble = hidden.some(([name]) => scores.some(([other]) => other === name))
  return isDouble ? 'a configuration can’t be both hidden and shown' : null
}

function isScore(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

/** How the configurations differ from those of the first correct score, or null. */
function findOtherSet(scores: readonly NamedValue[], configurations: readonly string[]): string | null {
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

function incorrect(feedback: string | undefined, hidden: string | undefined): Score {
  const firstLine = feedback?.trim().split('\n')[0]
  const reason = firstLine
    ? `the scorer found it incorrect: ${cutToHead(firstLine, 300)}`
    : 'the scorer found it incorrect and did not say why'
  return {
    correct: false,
    failure: 'incorrect',
    reason,
    ...(feedback && { feedback }),
    ...(hidden && { hidden: cutToHead(hidden, 1_000) }),
  }
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
