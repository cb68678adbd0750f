import { AvoError } from '../errors.ts'
import type { DocumentChange } from '../events.ts'
import type { Abandoned } from '../evolve.ts'
import type { Journal } from '../journal.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Solution } from '../lineage.ts'
import {
  type AssistantMessage,
  type ModelClient,
  type ModelReply,
  type TextBlock,
  textOf,
  toolCallsOf,
} from '../model/model.ts'
import type { StopCondition } from '../stop.ts'
import { cutMiddle, firstLine } from '../text.ts'
import { attemptHeading } from './briefing.ts'
import { createCallTools, toResult } from './call-tools.ts'
import { compact } from './compaction.ts'
import { createContext } from './context.ts'
import { type Conversation, missingResults } from './conversation.ts'
import { mapText } from './map-text.ts'
import { NUDGES, renderDocuments } from './nudges.ts'
import type { Tool } from './tool.ts'

export interface AgentOptions {
  readonly model: ModelClient
  /** Tokens of one reply at most, for which room is left in the model's context. */
  readonly maxReplyTokens: number
  readonly tools: readonly Tool[]
  /** The agent's memory: it outlives attempts and restarts. */
  readonly conversation: Conversation
  readonly journal: Journal
  readonly knowledge: Pick<Knowledge, 'refresh'>
  /** Who the agent is and what the task is; the same for the whole session, so that provider caches hit. */
  readonly system: string
  /** What the agent is told when an attempt begins, and again when its context was compacted. */
  readonly briefing: (attempt: number) => Promise<string>
  /** Model calls in an attempt. */
  readonly maxTurns: number
  /** Looked at before every model call. */
  readonly stop: StopCondition
}

/** Replies in a row that call no tool, after which an attempt is over. */
const MAX_SILENT_REPLIES = 3
/** Turns before the end of an attempt at which the agent is told. */
const LAST_TURNS = 3

/** Vary(P) = Agent(P, K, f): a tool-using agent that edits, evaluates and diagnoses until it submits a solution. */
export function createAgent(
  options: AgentOptions,
): (attempt: number, signal: AbortSignal) => Promise<Solution | Abandoned | null> {
  const { model, maxReplyTokens, conversation, journal, knowledge, maxTurns } = options
  const system = options.system.toWellFormed()
  const tools = options.tools.map((tool) => tool.definition)
  const context = createContext({ contextTokens: model.contextTokens, maxReplyTokens, system, tools })
  const { maxResultCharacters, maxBriefingCharacters } = context
  const callTools = createCallTools({ tools: options.tools, journal, maxResultCharacters })

  return async (attempt, signal) => {
    await begin(attempt)
    let silentReplies = 0
    for (let turn = (journal.state.attempt?.turns ?? 0) + 1; turn <= maxTurns; turn++) {
      signal.throwIfAborted()
      if (options.stop(journal.state) !== null) return null
      const reply = await respond(attempt, turn, signal)

      if (reply.end === 'refused') return refuse(reply)
      if (reply.message.content.length > 0) conversation.append(reply.message)

      const { results, submitted } = await callTools(toolCallsOf(reply.message), { attempt, turn }, signal)
      if (results.length === 0) silentReplies += 1
      else silentReplies = 0
      const remarks = submitted === undefined ? await remark(reply, maxTurns - turn) : []
      if (results.length + remarks.length > 0)
        conversation.append({ role: 'user', content: [...results, ...remarks] })

      if (submitted !== undefined) return submitted
      if (silentReplies === MAX_SILENT_REPLIES)
        return { abandoned: `the agent called no tool in ${MAX_SILENT_REPLIES} replies: ${lastWords(reply)}` }
    }
    return { abandoned: `nothing was submitted within ${maxTurns} turns` }
  }

  /** A new attempt begins with a briefing; one that was cut off goes on where it was. */
  async function begin(attempt: number): Promise<void> {
    const unanswered = missingResults(conversation.messages)
    const interrupted = unanswered.map((call) => toResult(call, NUDGES.interrupted, true))
    if (isBriefed(attempt)) {
      conversation.append({ role: 'user', content: [...interrupted, text(NUDGES.resumed)] })
    } else {
      const news = renderNews(await refresh())
      conversation.append({ role: 'user', content: [...interrupted, text(await brief(attempt)), ...news] })
    }
  }

  function isBriefed(attempt: number): boolean {
    const heading = attemptHeading(attempt)
    return conversation.messages.some(
      (message) =>
        message.role === 'user' &&
        message.content.some((block) => block.type === 'text' && block.text.startsWith(heading)),
    )
  }

  async function brief(attempt: number): Promise<string> {
    return cutMiddle(await options.briefing(attempt), maxBriefingCharacters)
  }

  /** One paid call. Near the context limit, and when the provider says that it was passed, the conversation is compacted. */
  async function respond(attempt: number, turn: number, signal: AbortSignal): Promise<ModelReply> {
    const ask = (): Promise<ModelReply> =>
      model.respond({ system, messages: conversation.messages, tools }, signal)
    if (context.isFull(conversation.messages)) await shrink(attempt)
    const startedAt = performance.now()
    const reply = await ask().catch(async (error) => {
      if (!(error instanceof AvoError) || error.code !== 'model-context-overflow') throw error
      await shrink(attempt)
      return ask()
    })
    const durationMs = Math.round(performance.now() - startedAt)
    const { usage, costUsd } = reply
    // Half a character in the model's JSON would make every request after it one that providers refuse.
    const message = mapText(reply.message, (text) => text.toWellFormed())
    const said = firstLine(textOf(message), 300)
    journal.record({ type: 'model.replied', attempt, turn, usage, costUsd, durationMs, text: said })
    return { ...reply, message }
  }

  async function shrink(attempt: number): Promise<void> {
    const tokensBefore = context.tokensOf(conversation.messages)
    const budget = Math.floor(Math.min(context.keptTokens, tokensBefore / 2))
    conversation.replace(compact(conversation.messages, await brief(attempt), budget))
    journal.record({ type: 'conversation.compacted', attempt, tokensBefore })
  }

  /** What the harness adds to a turn: answers to replies without a call, news from the knowledge base, what is left. */
  async function remark(reply: ModelReply, turnsLeft: number): Promise<TextBlock[]> {
    const remarks: TextBlock[] = []
    if (reply.end === 'length') remarks.push(text(NUDGES.cutOff(maxReplyTokens)))
    else if (reply.message.content.length === 0) remarks.push(text(NUDGES.empty))
    else if (toolCallsOf(reply.message).length === 0) remarks.push(text(NUDGES.noToolCall))
    if (turnsLeft > 0 && turnsLeft <= LAST_TURNS) remarks.push(text(NUDGES.turnsLeft(turnsLeft)))
    return [...remarks, ...renderNews(await refresh())]
  }

  async function refresh(): Promise<readonly DocumentChange[]> {
    const changes = await knowledge.refresh()
    if (changes.length > 0) journal.record({ type: 'knowledge.changed', changes })
    return changes
  }

  /** A refused conversation is refused again: the next attempt starts from a fresh one. */
  function refuse(reply: ModelReply): Abandoned {
    conversation.replace([])
    return { abandoned: `the model refused to go on: ${lastWords(reply)}`, refused: true }
  }
}

function renderNews(changes: readonly DocumentChange[]): TextBlock[] {
  return changes.length === 0 ? [] : [text(renderDocuments(changes))]
}

function text(content: string): TextBlock {
  return { type: 'text', text: content.toWellFormed() }
}

function lastWords(reply: { readonly message: AssistantMessage }): string {
  return firstLine(textOf(reply.message)) || 'it said nothing'
}
