import { mapText } from '../../src/agent/map-text.ts'
import type { Message, ModelClient } from '../../src/model/model.ts'

const TOOLS: ReadonlySet<string> = new Set(['search_attempts', 'read_attempt', 'take_up_attempt'])
/** The digest of past attempts that a conversation begins anew with. */
const DIGEST = /^## The attempts, oldest first\n(?:[(-].*\n?)*/m

/** A model that hears nothing of the ledger: neither its tools, nor the digest of past attempts. There is no setting for that. */
export function withoutLedger(model: ModelClient): ModelClient {
  return {
    ...model,
    respond: ({ system, messages, tools }, signal) =>
      model.respond(
        {
          system,
          messages: messages.map(forget),
          tools: tools.filter(({ name }) => !TOOLS.has(name)),
        },
        signal,
      ),
  }
}

function forget(message: Message): Message {
  return message.role === 'user' ? mapText(message, (text) => text.replace(DIGEST, '')) : message
}
