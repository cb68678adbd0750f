import { z } from 'zod'
import { toMessage } from '../errors.ts'
import { withoutSecret } from '../text.ts'
import { type Connection, nameOf } from './connection.ts'
import { type Billed, ModelError } from './model-error.ts'
import { PROVIDERS } from './providers.ts'
import { readRetryAfterMs } from './retry-after.ts'

/** A failure as both SDKs throw it. */
const failureSchema = z.object({
  status: z.number().optional().catch(undefined),
  headers: z.instanceof(Headers).optional().catch(undefined),
  error: z.unknown().optional(),
})

const reasonSchema = z.object({
  type: z.string().nullish().catch(undefined),
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
})

/** In the middle of a reply there is no status any more, only a word: the status that it stands for. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_prompt', 400],
  ['context_length_exceeded', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['api_error', 500],
  ['server_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
])

const NO_CREDIT =
  /insufficient_quota|billing_(?:error|hard_limit|not_active)|credit balance|insufficient (?:balance|credits|funds)|spend_limit|usage limits?\b.*regain access/i

/**
 * The conversation as it is will never be answered: it is too long, or the reasoning of an earlier reply no longer fits
 * what stands before it. The same helps against both: a shorter conversation, built anew.
 */
const UNANSWERABLE =
  /context.?(?:length|window|size|limit)|prompt is too long|input is too long|too many (?:input |prompt )?tokens|reduce the length|maximum size|bound to a different conversation|encrypted.content/i

/** The model is not served any more, or never was. */
const RETIRED =
  /model_(?:not_found|decommissioned|deprecated|retired)|\bmodel\b.{0,80}\b(?:does not exist|(?:has been|was|is) (?:retired|decommissioned|discontinued|shut down)|reached its end of life)/i

const LONGEST_MESSAGE = 600

/** Translates whatever a provider's SDK throws. Never says the key, even where the provider repeats it. */
export function toModelError(
  thrown: unknown,
  connection: Connection,
  billed: Billed | null = null,
): ModelError {
  if (thrown instanceof ModelError) return thrown
  const failure = failureSchema.safeParse(thrown).data
  const reason = readReason(failure?.error)
  const words = [reason.type, reason.code].map(String)
  const status = failure?.status ?? words.map(toStatus).find((known) => known !== undefined)
  const said = [toMessage(thrown), reason.message, ...words].join(' ')
  const { code, hint } = classify(status, said, connection)

  const detail = [failure?.status, reason.message ?? describe(thrown)].filter(Boolean).join(' ')
  const message = cutToHead(withoutSecret(`${nameOf(connection)}: ${detail}`, connection.apiKey))
  const isPassing = code === 'model-rate-limit' || code === 'model-overloaded'
  const headers = failure?.headers ?? new Headers()
  // Dates are by the provider's clock, which may not be ours.
  const now = Date.parse(headers.get('date') ?? '') || Date.now()
  const retryAfterMs = isPassing ? readRetryAfterMs(headers, said, now) : null
  return new ModelError(code, message, hint, { retryAfterMs, billed, cause: thrown })
}

/** Some servers write the status itself for a word. */
function toStatus(word: string): number | undefined {
  return STATUSES.get(word) ?? (/^[45]\d\d$/.test(word) ? Number(word) : undefined)
}

interface Classification {
  readonly code: ConstructorParameters<typeof ModelError>[0]
  readonly hint: string
}

function classify(status: number | undefined, said: string, connection: Connection): Classification {
  const { provider, baseUrl } = connection
  if (status === undefined || status === 408)
    return { code: 'model-unreachable', hint: `Check the network and llm.base_url (${baseUrl}).` }
  if (status === 409 || (status >= 500 && status !== 501))
    return { code: 'model-overloaded', hint: `${provider} has trouble of its own, which passes.` }
  if (status === 402 || NO_CREDIT.test(said))
    return {
      code: 'model-quota',
      hint: `The account at ${provider} has no credit left: add some, then run again, or name other models under llm.fallback.`,
    }
  if (status === 401 || status === 403) return { code: 'model-auth', hint: adviseKey(connection) }
  if (status === 413 || (status === 429 ? /request too large/i : UNANSWERABLE).test(said))
    return {
      code: 'model-context-overflow',
      hint: 'Lower llm.context_tokens, so that the conversation is compacted sooner, or llm.max_tokens.',
    }
  if (status === 429)
    return { code: 'model-rate-limit', hint: `${provider} limits how often it may be asked.` }
  if (status === 410 || RETIRED.test(said) || (status === 404 && /model/i.test(said)))
    return { code: 'model-retired', hint: adviseModel(connection) }
  if (status === 404)
    return {
      code: 'model-invalid',
      hint: `Nothing answers under llm.base_url (${baseUrl}): write it like ${PROVIDERS[provider].baseUrl}`,
    }
  return {
    code: 'model-invalid',
    hint: 'Check llm.model, llm.temperature, llm.effort and llm.max_tokens: not every model takes every setting.',
  }
}

function adviseKey({ apiKey, keyVariable, baseUrl }: Connection): string {
  const place = keyVariable === null ? 'llm.api_key' : `${keyVariable} or llm.api_key`
  return apiKey === null
    ? `${baseUrl} wants a key: set ${place}.`
    : `The key was refused: check that ${place} holds all of it, that it is still valid and that it may use this model.`
}

function adviseModel({ provider, model }: Connection): string {
  return provider === 'ollama'
    ? `Run \`ollama pull ${model}\`, or set llm.model to one that \`ollama list\` shows.`
    : `Set llm.model to one that ${provider} serves to this key, or name others under llm.fallback.`
}

/** Anthropic's body has its reason one level further down than OpenAI's. */
function readReason(body: unknown): z.output<typeof reasonSchema> {
  const inner = z.object({ error: reasonSchema }).safeParse(body)
  return inner.success ? inner.data.error : (reasonSchema.safeParse(body).data ?? {})
}

/** What failed is often in the cause only: `fetch failed` alone says nothing. */
function describe(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return cause === undefined ? toMessage(thrown) : `${toMessage(thrown)} ${describe(cause)}`
}

function cutToHead(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`
}
