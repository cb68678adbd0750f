import type { AssistantMessage, ModelClient, ModelReply, ModelRequest, ReplyEnd } from '../src/model/model.ts'

/** One reply of a scripted model: text, or calls as `[tool, input]`. */
export interface ScriptedReply {
  readonly text?: string
  readonly calls?: readonly (readonly [name: string, input: unknown])[]
  readonly end?: ReplyEnd
  readonly usage?: Partial<ModelReply['usage']>
  readonly costUsd?: number | null
  readonly malformed?: string
}

/** A model that plays a script: a list of replies, or a function of the request and the number of the call. */
export function scriptedModel(
  script: readonly ScriptedReply[] | ((request: ModelRequest, call: number) => ScriptedReply),
  contextTokens = 200_000,
): ModelClient & { readonly requests: readonly ModelRequest[] } {
  const requests: ModelRequest[] = []
  return {
    name: 'scripted/model',
    contextTokens,
    maxReplyTokens: 0,
    priced: true,
    priceOf: () => 0,
    requests,
    async respond(request, signal) {
      signal.throwIfAborted()
      requests.push({ ...request, messages: [...request.messages] })
      const reply =
        typeof script === 'function' ? script(request, requests.length) : script[requests.length - 1]
      if (reply === undefined) throw new Error(`the script has no reply ${requests.length}`)
      return toReply(reply, requests.length)
    },
  }
}

/** A reply as an adapter gives it. */
export function toReply(reply: ScriptedReply, call: number): ModelReply {
  const content: AssistantMessage['content'][number][] = []
  if (reply.text !== undefined) content.push({ type: 'text', text: reply.text })
  for (const [index, [name, input]] of (reply.calls ?? []).entries()) {
    const block = { type: 'tool_call' as const, id: `call-${call}-${index}`, name, input }
    content.push(reply.malformed === undefined ? block : { ...block, malformed: reply.malformed })
  }
  return {
    message: { role: 'assistant', content },
    end: reply.end ?? (reply.calls === undefined ? 'complete' : 'tool-calls'),
    usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, ...reply.usage },
    costUsd: reply.costUsd === undefined ? 0 : reply.costUsd,
  }
}
