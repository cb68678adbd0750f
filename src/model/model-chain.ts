import { toMessage } from '../errors.ts'
import { RunHalt } from '../halt.ts'
import type { ModelClient } from './model.ts'
import { ModelError } from './model-error.ts'

/** A model, and those that take its place: one for the rest of the session once the one before it will not answer. */
export interface ModelChain extends ModelClient {
  /** Other models from the next call on, the first one first. */
  use(models: readonly [ModelClient, ...ModelClient[]], why: string): void
}

/**
 * Asks the first model until it is retired, refuses for want of credit or is given up, then the next. The failure of the last
 * one is passed on.
 */
export function createModelChain(
  models: readonly [ModelClient, ...ModelClient[]],
  onReplaced: (from: string, to: string, why: string) => void,
): ModelChain {
  let [current, ...next] = models

  function replaceBy(model: ModelClient, why: string): void {
    const from = current.name
    current = model
    if (model.name !== from) onReplaced(from, model.name, why)
  }

  return {
    get name() {
      return current.name
    },
    get contextTokens() {
      return current.contextTokens
    },
    get maxReplyTokens() {
      return current.maxReplyTokens
    },
    get priced() {
      return [current, ...next].every(({ priced }) => priced)
    },
    priceOf: (usage) => current.priceOf(usage),
    async respond(request, signal) {
      for (;;) {
        try {
          return await current.respond(request, signal)
        } catch (error) {
          const successor = isFinal(error) ? next.shift() : undefined
          if (successor === undefined) throw error
          replaceBy(successor, toMessage(error))
        }
      }
    },
    use([first, ...others], why) {
      next = others
      replaceBy(first, why)
    },
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof RunHalt) return error.reason.kind === 'paused'
  return error instanceof ModelError && error.isFinal
}
