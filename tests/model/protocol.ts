import type { ModelOptions } from '../../src/model/create-model.ts'
import type { ModelClient } from '../../src/model/model.ts'
import type { Answer } from './provider-server.ts'

/** A reply as a test writes it; every protocol puts it into its own words. */
export interface WireReply {
  readonly text?: string
  readonly refusal?: string
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly cutOff?: boolean
  /** All input, and how much of it was read from the cache. Null for a server that doesn't count. */
  readonly usage?: { readonly input: number; readonly cached: number; readonly output: number } | null
}

/** What the conformance suite must know of a protocol. */
export interface Protocol {
  createModel(url: string, options?: Partial<ModelOptions>): Promise<ModelClient>
  /** The stream of a reply, in the protocol's events. */
  stream(reply: WireReply): Answer
  /** The first events of a stream, after which the connection is lost. */
  streamAndDie(reply: WireReply): Answer
  /** How the provider says that the conversation is too long. */
  readonly overflow: Answer
  /** Where it can be said: that the account is empty. */
  readonly noCredit: Answer
  /** A failure in the middle of a reply that began well. */
  readonly failsInTheMiddle: Answer
}
