import { type BudgetGuard, createBudgetGuard } from '../budget-guard.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { ModelClient } from '../model/model.ts'
import { createModelChain } from '../model/model-chain.ts'
import { createPatientModel, type Patience } from '../model/patient-model.ts'
import { createSwitchedModel } from '../model/switched-model.ts'
import { isStrongerCalled } from '../supervision/escalation.ts'
import {
  type ModelSource,
  openFallbacks,
  openLessonModel,
  openModel,
  openSupervisorModel,
} from './adapters.ts'
import { createLiveConfig, type LiveConfig } from './live-config.ts'

/** What may change while a run goes on. */
export interface Session {
  readonly settings: LiveConfig
  readonly guard: BudgetGuard
  /** The model in use: patient, within the budget, and another one when its place is taken. */
  readonly model: ModelClient
  /** Puts lessons into words; null where they are from the record alone. It is asked once: no run waits for it. */
  readonly lessonModel: ModelClient | null
  /** Who reviews the search: the supervisor's own model, or the one in use. */
  readonly reviewer: ModelClient
  /** Whether the supervisor has a model of its own to call in. */
  readonly hasStrongerModel: boolean
}

type Models = readonly [ModelClient, ...ModelClient[]]

/**
 * Opens the models of a run.
 *
 * @throws {AvoError} `config` or `model-…` where one of them can't be asked, or a cap on money can't be kept with it.
 */
export async function openSession(
  config: Config,
  source: ModelSource,
  journal: Journal,
  clock: Clock,
): Promise<Session> {
  const guard = createBudgetGuard({ journal, budget: () => settings.current.budget, clock })
  const patience: Patience = {
    clock,
    giveUpAfterMs: () => settings.current.giveUpAfterMs,
    beforeCall: guard.beforeCall,
    onFailure: ({ code, message, billed }) =>
      journal.record({ type: 'model.failed', code, message, ...billed }),
    beforeWait(untilMs, reason) {
      guard.beforeWait(untilMs)
      journal.record({ type: 'model.waiting', untilMs, reason })
    },
  }

  async function openAll(settings: Config): Promise<Models> {
    const [first, ...fallbacks] = [
      await openModel(settings, source),
      ...(await openFallbacks(settings, source)),
    ]
    const models: Models = [first, ...fallbacks]
    requireEnforceableCaps(settings, [...models, ...own])
    return models
  }

  const [lessonModel, ownModel] = [
    await openLessonModel(config, source),
    await openSupervisorModel(config, source),
  ]
  const own = [lessonModel, ownModel].filter((other) => other !== null)
  const inUse = { models: await openAll(config) }
  const patient = ([first, ...others]: Models): Models => [
    createPatientModel(first, patience),
    ...others.map((other) => createPatientModel(other, patience)),
  ]
  const chain = createModelChain(patient(inUse.models), (from, to, why) =>
    journal.record({ type: 'model.replaced', from, to, why }),
  )
  const settings = createLiveConfig(config, journal, async (next, keys) => {
    if (!keys.some((key) => key.startsWith('llm.')))
      return requireEnforceableCaps(next, [...inUse.models, ...own])
    if (source.model !== undefined || source.replay !== undefined)
      throw new AvoError(
        'config',
        `the replies of this session come from elsewhere, and ${keys.join(', ')} with them`,
      )
    inUse.models = await openAll(next)
    chain.use(patient(inUse.models), 'avo.yaml names it now')
  })
  if (ownModel === null)
    return { settings, guard, lessonModel, model: chain, reviewer: chain, hasStrongerModel: false }
  const stronger = createPatientModel(ownModel, patience)
  const model = createSwitchedModel(
    () => (isStrongerCalled(journal.state) ? stronger : chain),
    (to) => {
      const from = journal.state.model
      if (from === null || from === to.name) return
      const why =
        to === stronger ? 'the supervisor has called it in' : 'a version has come, or the supervisor went on'
      journal.record({ type: 'model.replaced', from, to: to.name, why })
    },
  )
  return { settings, guard, lessonModel, model, reviewer: stronger, hasStrongerModel: true }
}

/** A cap on money means nothing where the price is unknown, unless tokens are capped too. */
function requireEnforceableCaps({ budget }: Config, models: readonly ModelClient[]): void {
  const caps = [
    { key: 'max_cost_usd', money: budget.maxCostUsd, tokens: budget.maxTokens, other: 'max_tokens' },
    {
      key: 'attempt.max_cost_usd',
      money: budget.attempt?.maxCostUsd,
      tokens: budget.attempt?.maxTokens,
      other: 'attempt.max_tokens',
    },
  ]
  const unpriced = models.find(({ priced }) => !priced)
  const cap = caps.find(({ money, tokens }) => money !== undefined && tokens === undefined)
  if (cap === undefined || unpriced === undefined) return
  throw new AvoError(
    'config',
    `${cap.key} can't be kept: the price of ${unpriced.name} is unknown`,
    `Set llm.price (input and output, USD per million tokens; under llm.fallback and lessons.llm for those models), or ${cap.other} beside it.`,
  )
}
