import type { Random } from '../gate/random.ts'
import { RunHalt } from '../halt.ts'
import type { Journal } from '../journal.ts'
import { renderCount } from '../text.ts'
import { drawDirection, weighKinds } from './bandit.ts'
import type { Review } from './directions.ts'
import { nextStep, type Reach } from './escalation.ts'
import type { Sign } from './sign.ts'
import { findSign, type Watch } from './signs.ts'

/**
 * Watches from outside, between attempts. On a sign it asks for a review and records new directions, and how far it goes
 * besides; then it says which direction the next attempts follow. What it decides is in the journal and nowhere else; the
 * scorer, the gate and the limits are out of its reach.
 *
 * @throws {RunHalt} `stalled`, where nothing has helped, or nothing is left to gain.
 */
export function createSupervisor(options: {
  readonly journal: Journal
  readonly watch: Watch
  readonly reach: Omit<Reach, 'maxInterventions'>
  readonly review: Review
  /** The random numbers for a choice, from how many attempts there were before it. */
  readonly random: (attempts: number) => Random
}): (signal: AbortSignal) => Promise<void> {
  const { journal, watch, review, random } = options
  const { settings } = watch
  const reach = { ...options.reach, maxInterventions: settings.maxInterventions }

  async function intervene(sign: Sign, signal: AbortSignal): Promise<void> {
    const step = nextStep(journal.state, sign, reach)
    const isEnd = step.step === 'end'
    const message = isEnd ? explainEnd(sign, journal.state.redirection.fruitless) : ''
    const { directions, usage, costUsd } = isEnd ? NOTHING : await review(sign, journal.state, signal)
    journal.record({
      type: 'supervisor.intervened',
      sign: sign.message,
      kind: sign.kind,
      ...step,
      directions,
      usage,
      costUsd,
    })
    if (isEnd) throw new RunHalt({ kind: 'stalled', message })
  }

  function choose(): void {
    const { ledger, redirection } = journal.state
    if (redirection.inForce !== null) return
    const weights = weighKinds(ledger)
    const direction = drawDirection(redirection.queue, weights, random(ledger.length))
    if (direction === undefined) return
    // Whoever is impatient with attempts is impatient with directions.
    const attempts = Math.min(settings.attemptsPerDirection, settings.maxFailedAttempts)
    journal.record({ type: 'direction.chosen', direction: direction.number, attempts, weights })
  }

  return async (signal) => {
    if (journal.state.attempt !== null) return
    const sign = findSign(journal.state, watch)
    if (sign !== null) await intervene(sign, signal)
    choose()
  }
}

const NOTHING = {
  directions: [],
  usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
  costUsd: 0,
}

function explainEnd({ kind, message }: Sign, fruitless: number): string {
  if (kind === 'headroom') return `there is nothing left to gain: ${message}`
  return `${renderCount(fruitless, 'intervention')} of the supervisor brought no version (${message}): think of what the agent lacks, in the brief or in the knowledge base, and run again; supervisor.max_interventions says when to give up`
}
