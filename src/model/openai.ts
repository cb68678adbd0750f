import type { Connection } from './connection.ts'
import type { ModelClient } from './model.ts'
import { createOpenaiChat } from './openai-chat.ts'
import { createOpenaiResponses } from './openai-responses.ts'

/**
 * OpenAI's own models over the Responses API, and whatever is compatible with OpenAI over Chat Completions, which is what
 * such servers have in common.
 */
export function createOpenai(connection: Connection): ModelClient {
  return isOpenai(connection) ? createOpenaiResponses(connection) : createOpenaiChat(connection)
}

/** Whether OpenAI itself answers. */
export function isOpenai({ provider, baseUrl }: Pick<Connection, 'provider' | 'baseUrl'>): boolean {
  return provider === 'openai' && new URL(baseUrl).hostname === 'api.openai.com'
}
