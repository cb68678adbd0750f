import { z } from 'zod'
import type { Version, VersionRecord } from '../lineage.ts'
import { renderPercent } from '../text.ts'
import {
  evidenceSchema,
  parsePercent,
  renderEvidence,
  renderMeasuredGain,
  toEvidence,
} from './evidence-trailers.ts'

/** What a commit's message says about a version. */
export type MessageFacts = VersionRecord & Pick<Version, 'number' | 'summary' | 'documents'>

const SUBJECT_LENGTH = 72

/** Entries and not an object, which would lose a configuration named `__proto__`. */
const scoresSchema = z.array(z.tuple([z.string(), z.number().positive()]))

/**
 * Scores keep every digit, the gain keeps what is shown, the cost keeps millionths. Metrics and feedback are in the journal
 * only.
 */
const trailersSchema = z.object({
  'Avo-Version': z.coerce.number().int().nonnegative(),
  'Avo-Score': z.coerce.number().positive(),
  'Avo-Scores': z.string().transform(parseScores),
  'Avo-Gain': z
    .string()
    .regex(/^[+-][\d,.]+%/)
    .transform(parsePercent),
  'Avo-Attempt': z.coerce.number().int().nonnegative(),
  'Avo-Base': z
    .string()
    .regex(/^v\d+$/)
    .transform((version) => Number(version.slice(1)))
    .optional(),
  'Avo-Scorer': z.string(),
  'Avo-Knowledge': z.string().transform(parseNames).optional(),
  'Avo-Cost-USD': z.coerce.number().nonnegative().optional(),
  ...evidenceSchema.shape,
})

/** The message of a version's commit: subject, what the agent says, and trailers that `git interpret-trailers` reads. */
export function renderCommitMessage(facts: MessageFacts): string {
  const { number, summary, gain } = facts
  const { first, rest } = clean(summary)
  const prefix = `v${number}: `
  const suffix = number === 0 ? '' : ` (${renderPercent(gain)})`
  const title = cutToWords(first, SUBJECT_LENGTH - prefix.length - suffix.length)
  const isCut = title !== first
  return [`${prefix}${title}${suffix}`, isCut ? disarm(first) : '', rest, renderTrailers(facts)]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** The message of a commit that keeps what an attempt submitted: no version, but what was spent on the way to it. */
export function renderAttemptMessage(attempt: number, summary: string, costUsd: number | null): string {
  const { first, rest } = clean(summary)
  const cost = costUsd === null ? '' : renderCost(costUsd)
  return [`attempt ${attempt}: ${first}`, rest, cost]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** Reads an attempt's message back. */
export function parseAttemptMessage(message: string): {
  readonly summary: string
  readonly costUsd: number | null
} {
  const [, text = '', cost] = /^(.*?)(?:\n\nAvo-Cost-USD: ([\d.e-]+))?$/s.exec(message.trim()) ?? []
  return { summary: text.replace(/^attempt \d+: /, ''), costUsd: cost === undefined ? null : Number(cost) }
}

/** Reads a message back; null where the commit is not a version of ours. Throws where its trailers make no sense. */
export function parseCommitMessage(message: string): MessageFacts | null {
  const paragraphs = message.trimEnd().split('\n\n')
  const trailers = parseTrailers(paragraphs.at(-1) ?? '')
  const [, title] = /^v\d+: (.*?)(?: \([+-][\d,.]+%\))?$/.exec(paragraphs[0] ?? '') ?? []
  if (title === undefined || trailers['Avo-Version'] === undefined) return null

  const facts = trailersSchema.parse(trailers)
  const body = paragraphs.slice(1, -1).join('\n\n')
  const isCut = title.endsWith('…') && body.startsWith(title.slice(0, -1))
  return {
    number: facts['Avo-Version'],
    summary: isCut ? body : [title, body].filter((part) => part !== '').join('\n\n'),
    score: { correct: true, value: facts['Avo-Score'], scores: facts['Avo-Scores'] },
    gain: facts['Avo-Gain'],
    ...toEvidence(trailers['Avo-Gain'], facts),
    attempt: facts['Avo-Attempt'],
    ...(facts['Avo-Base'] === undefined ? {} : { base: facts['Avo-Base'] }),
    ...(facts['Avo-Knowledge'] && { documents: facts['Avo-Knowledge'] }),
    scorer: facts['Avo-Scorer'],
    costUsd: facts['Avo-Cost-USD'] ?? null,
  }
}

/**
 * What the agent says, fit for a message: line breaks that a model escaped twice become real ones unless they are quoted as
 * code, control characters go, and no line can be taken for a trailer of ours or for the end of the message.
 */
function clean(summary: string): { readonly first: string; readonly rest: string } {
  const text = summary
    .replace(/(['"`])[^\s'"`]{1,20}\1|(?:\\r)?\\n/g, (match, quote) => (quote === undefined ? '\n' : match))
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, '  ')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .replace(/ +$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  const [first = '', ...rest] = text.split('\n')
  return { first: first || 'no summary', rest: rest.map(disarm).join('\n').trim() }
}

function cutToWords(line: string, length: number): string {
  if ([...line].length <= length) return line
  const cut = [...line].slice(0, length - 1).join('')
  const space = cut.lastIndexOf(' ')
  return `${cut.slice(0, space > length / 2 ? space : undefined).trimEnd()}…`
}

function disarm(line: string): string {
  return /^\s*avo-[\w-]*\s*:|^---(?:\s|$)/i.test(line) ? `> ${line}` : line
}

function renderTrailers(facts: MessageFacts): string {
  const { number, score, gain, evidence, attempt, base, documents, scorer, costUsd } = facts
  // Put together by hand: an object would lose `__proto__` and the order of names that are numbers.
  const scores = score.scores.map(({ configuration, value }) => `${JSON.stringify(configuration)}:${value}`)
  return [
    `Avo-Version: ${number}`,
    `Avo-Score: ${score.value}`,
    `Avo-Scores: {${scores.join(',')}}`,
    `Avo-Gain: ${renderMeasuredGain(gain, evidence)}`,
    ...renderEvidence(evidence),
    `Avo-Attempt: ${attempt}`,
    ...(base === undefined ? [] : [`Avo-Base: v${base}`]),
    `Avo-Scorer: ${scorer}`,
    ...(documents === undefined ? [] : [`Avo-Knowledge: ${renderNames(documents)}`]),
    ...(costUsd === null ? [] : [renderCost(costUsd)]),
  ].join('\n')
}

function renderCost(costUsd: number): string {
  return `Avo-Cost-USD: ${Number(costUsd.toFixed(6))}`
}

function parseTrailers(paragraph: string): Partial<Record<string, string>> {
  return Object.fromEntries(
    paragraph.split('\n').flatMap((line) => {
      const [, key, value] = /^(Avo-[A-Za-z-]+): (.*)$/s.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value]]
    }),
  )
}

/** Commas are between names: one within a name is written as in an address. */
function renderNames(names: readonly string[]): string {
  return names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(', ')
}

function parseNames(text: string): readonly string[] {
  return text.split(', ').map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'))
}

function parseScores(json: string): { configuration: string; value: number }[] {
  return scoresSchema
    .parse(Object.entries(JSON.parse(json)))
    .map(([configuration, value]) => ({ configuration, value }))
}
