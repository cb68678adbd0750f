import { AvoError } from '../errors.ts'
import type { DocumentChange, ReplyEvent } from '../events.ts'
import type { Abandoned } from '../evolve.ts'
import type { Journal } from '../journal.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Solution } from '../lineage.ts'
import {
  type AssistantMessage,
  type ModelClient,
  type TextBlock,
  type ToolResultBlock,
  textOf,
  toolCallsOf,
} from '../model/model.ts'
import type { StopCondition } from '../stop.ts'
import { cutMiddle, firstLine } from '../text.ts'
import { attemptHeading } from './briefing.ts'
import { createCallTools, type Turn, toResult } from './call-tools.ts'
import { compact } from './compaction.ts'
import { createContext } from './context.ts'
import { type Conversation, missingResults, openReply } from './conversation.ts'
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
  /** Whether the workspace is as the last call left it. */
  readonly isUnchanged: () => Promise<boolean>
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
  const callTools = createCallTools({
    tools: options.tools,
    journal,
    maxResultCharacters,
    keep: (result) => conversation.append({ role: 'user', content: [result] }),
    isUnchanged: options.isUnchanged,
  })

  // Where the loop is stands in the conversation and in the journal, and nowhere else: after a crash it goes on from there.
  return async (attempt, signal) => {
    await begin(attempt)
    for (;;) {
      signal.throwIfAborted()
      const { turns = 0, end, silentReplies = 0 } = journal.state.attempt ?? {}
      const reply = openReply(conversation.messages)
      if (reply !== null) {
        const solution = await act(reply, { attempt, turn: turns }, signal)
        if (solution !== null) return solution
      } else if (end === 'refused') return refuse()
      else if (silentReplies >= MAX_SILENT_REPLIES)
        return { abandoned: `the agent called no tool in ${silentReplies} replies: ${lastWords()}` }
      else if (turns >= maxTurns) return { abandoned: `nothing was submitted within ${maxTurns} turns` }
      else if (options.stop(journal.state) !== null) return null
      else await respond(attempt, turns + 1, signal)
    }
  }

  /** Does what a reply asks for, as far as it is not done yet, and answers it. Gives the solution where it submits one. */
  async function act(reply: AssistantMessage, turn: Turn, signal: AbortSignal): Promise<Solution | null> {
    const solution = await callTools(missingResults(conversation.messages), turn, signal)
    if (solution === null) await answer(reply)
    return solution
  }

  async function answer(reply: AssistantMessage): Promise<void> {
    const content = await remark(reply)
    if (content.length > 0) conversation.append({ role: 'user', content })
  }

  /** A new attempt begins with a briefing; one that was cut off goes on where it was. */
  async function begin(attempt: number): Promise<void> {
    if (isBriefed(attempt)) return
    const news = renderNews(await refresh())
    conversation.append({ role: 'user', content: [...closing(), text(await brief(attempt)), ...news] })
  }

  /** Results for the calls that the attempt before left without one. */
  function closing(): ToolResultBlock[] {
    let submitted = false
    return missingResults(conversation.messages).map((call) => {
      if (submitted) return toResult(call, NUDGES.afterSubmit, true)
      submitted = call.name === 'submit' && journal.state.ledger.at(-1)?.solution !== undefined
      return submitted ? toResult(call, NUDGES.submitted, false) : toResult(call, NUDGES.interrupted, true)
    })
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

  /** One paid call: the reply is kept, then counted. Near the context limit, and when the provider says that it was passed, the conversation is compacted. */
  async function respond(attempt: number, turn: number, signal: AbortSignal): Promise<void> {
    const ask = () => model.respond({ system, messages: conversation.messages, tools }, signal)
    if (context.isFull(conversation.messages)) await shrink(attempt)
    const startedAt = performance.now()
    const reply = await ask().catch(async (error) => {
      if (!(error instanceof AvoError) || error.code !== 'model-context-overflow') throw error
      await shrink(attempt)
      return ask()
    })
    const durationMs = Math.round(performance.now() - startedAt)
    const { usage, costUsd, end } = reply
    // Half a character in the model's JSON would make every request after it one that providers refuse.
    const message = mapText(reply.message, (text) => text.toWellFormed())
    const said = firstLine(textOf(message), 300)
    const calls = toolCallsOf(message).length
    const event: ReplyEvent = {
      type: 'model.replied',
      attempt,
      turn,
      usage,
      costUsd,
      durationMs,
      text: said,
      end,
      calls,
    }
    const isKept = end !== 'refused' && message.content.length > 0
    if (isKept) conversation.appendReply(message, event)
    journal.record(event)
    if (!isKept && end !== 'refused') await answer(message)
  }

  async function shrink(attempt: number): Promise<void> {
    const tokensBefore = context.tokensOf(conversation.messages)
    const budget = Math.floor(Math.min(context.keptTokens, tokensBefore / 2))
    conversation.replace(compact(conversation.messages, await brief(attempt), budget))
    journal.record({ type: 'conversation.compacted', attempt, tokensBefore })
  }

  /** What the harness adds to a turn: answers to replies without a call, news from the knowledge base, what is left. */
  async function remark(reply: AssistantMessage): Promise<TextBlock[]> {
    const { turns = 0, end } = journal.state.attempt ?? {}
    const turnsLeft = maxTurns - turns
    const remarks: TextBlock[] = []
    if (end === 'length') remarks.push(text(NUDGES.cutOff(maxReplyTokens)))
    else if (reply.content.length === 0) remarks.push(text(NUDGES.empty))
    else if (toolCallsOf(reply).length === 0) remarks.push(text(NUDGES.noToolCall))
    if (turnsLeft > 0 && turnsLeft <= LAST_TURNS) remarks.push(text(NUDGES.turnsLeft(turnsLeft)))
    return [...remarks, ...renderNews(await refresh())]
  }

  async function refresh(): Promise<readonly DocumentChange[]> {
    const changes = await knowledge.refresh()
    if (changes.length > 0) journal.record({ type: 'knowledge.changed', changes })
    return changes
  }

  /** A refused conversation is refused again: the next attempt starts from a fresh one. */
  function refuse(): Abandoned {
    conversation.replace([])
    return { abandoned: `the model refused to go on: ${lastWords()}`, refused: true }
  }

  function lastWords(): string {
    return journal.state.attempt?.lastWords || 'it said nothing'
  }
}

function renderNews(changes: readonly DocumentChange[]): TextBlock[] {
  return changes.length === 0 ? [] : [text(renderDocuments(changes))]
}

function text(content: string): TextBlock {
  return { type: 'text', text: content.toWellFormed() }
}
