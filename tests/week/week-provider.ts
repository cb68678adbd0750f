import type { Usage } from '../../src/events.ts'
import type { ModelClient, ModelRequest } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import { toReply } from '../scripted-model.ts'
import type { VirtualClock } from '../virtual-clock.ts'

export const HOUR_MS = 3_600_000

/** What a provider does in a week, and what it saw. */
export interface WeekProvider extends ModelClient {
  readonly replies: number
  readonly usage: Usage
  readonly costUsd: number
  /** Calls that failed, by what was wrong. */
  readonly failures: Readonly<Record<string, number>>
  /** Calls that came before the time that it had told. */
  readonly early: number
}

/** Replies that it gives in an hour of the clock. */
const HOURLY_REPLIES = 14
const USAGE = { inputTokens: 400, cacheReadTokens: 8_000, cacheWriteTokens: 300, outputTokens: 250 }
const TURNS_OF_AN_ATTEMPT = 25

/**
 * A provider that takes its time (20 to 110 seconds a reply), limits how much it gives in an hour and says when the next one
 * begins, is overloaded every day from 14 to 15 h after the start, and is gone for six hours of the third day.
 */
export function createWeekProvider(clock: VirtualClock): WeekProvider {
  const start = clock.now()
  const failures: Record<string, number> = {}
  let [replies, early, hour, inHour, notBefore] = [0, 0, 0, 0, 0]

  function fail(
    why: string,
    code: ConstructorParameters<typeof ModelError>[0],
    retryAfterMs: number | null,
  ): never {
    failures[why] = (failures[why] ?? 0) + 1
    throw new ModelError(code, `week/model: ${why}`, 'It passes.', { retryAfterMs })
  }

  function requireUp(): void {
    const hours = (clock.now() - start) / HOUR_MS
    if (clock.now() < notBefore) early += 1
    if (hours >= 50 && hours < 56) fail('gone', 'model-unreachable', null)
    if (hours % 24 >= 14 && hours % 24 < 15) fail('overloaded', 'model-overloaded', null)
    if (Math.floor(hours) > hour) [hour, inHour] = [Math.floor(hours), 0]
    if (inHour < HOURLY_REPLIES) return
    notBefore = start + (hour + 1) * HOUR_MS
    fail('limited', 'model-rate-limit', notBefore - clock.now())
  }

  const priceOf = (usage: Usage): number =>
    (usage.inputTokens * 3 +
      usage.cacheReadTokens * 0.3 +
      usage.cacheWriteTokens * 3.75 +
      usage.outputTokens * 15) /
    1e6
  return {
    name: 'week/model',
    contextTokens: 200_000,
    maxReplyTokens: 4_000,
    priced: true,
    priceOf,
    get replies() {
      return replies
    },
    get usage() {
      const entries = Object.entries(USAGE).map(([kind, tokens]) => [kind, tokens * replies])
      return { ...USAGE, ...Object.fromEntries(entries) }
    },
    get costUsd() {
      return priceOf(USAGE) * replies
    },
    failures,
    get early() {
      return early
    },
    async respond(request: ModelRequest, signal) {
      signal.throwIfAborted()
      clock.advance(500)
      requireUp()
      clock.advance(20_000 + ((replies * 7_919) % 90_000))
      inHour += 1
      replies += 1
      return toReply({ ...play(request, replies), usage: USAGE, costUsd: priceOf(USAGE) }, replies)
    },
  }
}

/** The agent's part: edits, evaluates, submits what is better once in three times. The supervisor is told nothing of use. */
function play({ tools }: ModelRequest, reply: number): { text?: string; calls?: [string, unknown][] } {
  if (tools.length === 0) return { text: 'Try harder.' }
  const attempt = Math.floor(reply / TURNS_OF_AN_ATTEMPT)
  const value = attempt % 3 === 0 ? 2 + attempt : 0.5
  const turn = reply % TURNS_OF_AN_ATTEMPT
  if (turn === TURNS_OF_AN_ATTEMPT - 3)
    return { calls: [['write_file', { path: 'value.txt', content: `${value}\n` }]] }
  if (turn === TURNS_OF_AN_ATTEMPT - 2) return { calls: [['evaluate', {}]] }
  if (turn === TURNS_OF_AN_ATTEMPT - 1) return { calls: [['submit', { summary: `value ${value}` }]] }
  if (turn % 2 === 1) return { calls: [['read_file', { path: 'value.txt' }]] }
  return { calls: [['write_file', { path: 'value.txt', content: `1.${reply}\n` }]] }
}
