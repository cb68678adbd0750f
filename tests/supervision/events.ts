import type { Event } from '../../src/events.ts'
import type { ProposedDirection } from '../../src/state/redirection.ts'
import { weighKinds } from '../../src/supervision/bandit.ts'

const usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

/** A direction of a kind. */
export function direction(kind: ProposedDirection['kind'], what: string = kind): ProposedDirection {
  return { kind, what, why: '', read: [], giveUp: '' }
}

type Intervened = Extract<Event, { readonly type: 'supervisor.intervened' }>

export function intervened(facts: Partial<Intervened> = {}): Intervened {
  return { type: 'supervisor.intervened', sign: 's', directions: [], usage, costUsd: 0, ...facts }
}

export function chosen(number: number, attempts = 1): Event {
  return { type: 'direction.chosen', direction: number, attempts, weights: weighKinds([]) }
}

/** Events of an attempt that was rejected as slower, or as incorrect where there is no gain. */
export function rejected(
  attempt: number,
  tree: string,
  gain: number | null = -0.1,
  reason = 'not better',
): Event[] {
  const score = { correct: false as const, failure: 'crash' as const, reason }
  return [
    { type: 'attempt.started', attempt },
    { type: 'solution.submitted', attempt, solution: { tree, summary: tree } },
    { type: 'gate.decided', attempt, verdict: { outcome: 'not-better', reason, score, gain } },
    { type: 'candidate.rejected', attempt, reason },
  ]
}

/** Events of an attempt that made a version, or of the seed where the number is 0. */
export function accepted(number: number, gain = 0.1, z: number | null = null, attempt = number): Event[] {
  const value = (1 + gain) ** number
  const evidence = {
    rounds: 5,
    interval: null,
    z,
    worst: { configuration: 'a', change: gain },
    held: null,
    unconfirmed: false,
  }
  const version = {
    number,
    tree: `t${number}`,
    summary: 's',
    commit: 'c',
    score: { correct: true as const, value, scores: [{ configuration: 'a', value }] },
    gain: number === 0 ? 0 : gain,
    ...(number === 0 ? {} : { evidence }),
    attempt,
    scorer: 's',
    costUsd: 0,
    committedAt: '',
  }
  const committed: Event = { type: 'version.committed', version }
  return number === 0 ? [committed] : [{ type: 'attempt.started', attempt }, committed]
}

/** An evaluation by the agent. */
export function evaluated(attempt: number, tree: string, by: 'agent' | 'gate' = 'agent'): Event {
  const score = { correct: false as const, failure: 'crash' as const, reason: 'no' }
  return { type: 'candidate.evaluated', attempt, by, tree, score, durationMs: 1 }
}

/** An attempt in which some tools were called, and that came to nothing. */
export function worked(attempt: number, ...tools: readonly string[]): Event[] {
  return [
    { type: 'attempt.started', attempt },
    ...tools.map(
      (tool, index): Event => ({
        type: 'tool.called',
        attempt,
        turn: index + 1,
        tool,
        about: '',
        call: `${attempt}.${index}`,
      }),
    ),
    {
      type: 'attempt.abandoned',
      attempt,
      reason: `over: ${String.fromCodePoint(96 + attempt)}`,
      refused: false,
    },
  ]
}
