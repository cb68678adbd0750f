import type { ModelClient } from './model.ts'

/**
 * A model that is now one and now another, as `choose` says; `before` is told which before each call. What they cost and
 * how much they take is that of the one in use.
 */
export function createSwitchedModel(
  choose: () => ModelClient,
  before: (model: ModelClient) => void,
): ModelClient {
  return {
    get name() {
      return choose().name
    },
    get contextTokens() {
      return choose().contextTokens
    },
    get maxReplyTokens() {
      return choose().maxReplyTokens
    },
    get priced() {
      return choose().priced
    },
    priceOf: (usage) => choose().priceOf(usage),
    async respond(request, signal) {
      const model = choose()
      before(model)
      return model.respond(request, signal)
    },
  }
}
