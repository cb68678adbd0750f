import { AvoError, toMessage } from '../errors.ts'
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
  type ToolCallBlock,
  type ToolResultBlock,
  textOf,
  toolCallsOf,
} from '../model/model.ts'
import type { StopCondition } from '../stop.ts'
import { cutMiddle, firstLine } from '../text.ts'
import { compact, contextTokens } from './compaction.ts'
import { type Conversation, missingResults } from './conversation.ts'
import { attemptHeading, NUDGES, renderDocuments } from './prompts.ts'
import type { Tool } from './tool.ts'

export interface AgentOptions {
  readonly model: ModelClient
  readonly tools: readonly Tool[]
  /** The agent's memory: it outlives attempts and restarts. */
  readonly conversation: Conversation
  readonly journal: Journal
  readonly knowledge: Pick<Knowledge, 'refresh'>
  /** Who the agent is and what the task is; the same for the whole run, so that provider caches hit. */
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
/** Part of the model's context after which the conversation is compacted. */
const COMPACT_AT = 0.8
/** Part of the model's context that the last turns may take after that. */
const KEPT_TURNS = 0.2
/** Characters of one tool result. */
const MAX_RESULT_LENGTH = 30_000
/** Turns before the end of an attempt at which the agent is told. */
const LAST_TURNS = 3

/** Vary(P) = Agent(P, K, f): a tool-using agent that edits, evaluates and diagnoses until it submits a solution. */
export function createAgent(
  options: AgentOptions,
): (attempt: number, signal: AbortSignal) => Promise<Solution | Abandoned | null> {
  const { model, conversation, journal, knowledge, system, maxTurns } = options
  const tools = new Map(options.tools.map((tool) => [tool.definition.name, tool]))
  const definitions = options.tools.map((tool) => tool.definition)

  return async (attempt, signal) => {
    await begin(attempt)
    let silentReplies = 0
    for (let turn = (journal.state.attempt?.turns ?? 0) + 1; turn <= maxTurns; turn++) {
      if (options.stop(journal.state) !== null) return null
      const reply = await respond(attempt, turn, signal)

      if (reply.end === 'refused') return refuse(reply)
      if (reply.message.content.length > 0) conversation.append(reply.message)

      const { results, submitted } = await runCalls(reply, attempt, turn, signal)
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
      conversation.append({
        role: 'user',
        content: [...interrupted, text(await options.briefing(attempt)), ...news],
      })
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

  /** One paid call. Near the context limit, and when the provider says that it was passed, the conversation is compacted. */
  async function respond(attempt: number, turn: number, signal: AbortSignal): Promise<ModelReply> {
    const tokens = contextTokens(system, conversation.messages)
    if (tokens > COMPACT_AT * model.contextTokens) await shrink(attempt, tokens)
    const startedAt = performance.now()
    let reply: ModelReply
    try {
      reply = await model.respond({ system, messages: conversation.messages, tools: definitions }, signal)
    } catch (error) {
      if (!(error instanceof AvoError) || error.code !== 'model-context-overflow') throw error
      await shrink(attempt, tokens)
      reply = await model.respond({ system, messages: conversation.messages, tools: definitions }, signal)
    }
    const durationMs = Math.round(performance.now() - startedAt)
    const { usage, costUsd, message } = reply
    journal.record({
      type: 'model.replied',
      attempt,
      turn,
      usage,
      costUsd,
      durationMs,
      text: firstLine(textOf(message), 300),
    })
    return reply
  }

  async function shrink(attempt: number, tokensBefore: number): Promise<void> {
    const budget = Math.floor(Math.min(model.contextTokens * KEPT_TURNS, tokensBefore / 2))
    conversation.replace(compact(conversation.messages, await options.briefing(attempt), budget))
    journal.record({ type: 'conversation.compacted', attempt, tokensBefore })
  }

  /** Runs the calls of a reply in order; what comes after a submission is not run. */
  async function runCalls(
    reply: ModelReply,
    attempt: number,
    turn: number,
    signal: AbortSignal,
  ): Promise<{ results: ToolResultBlock[]; submitted?: Solution }> {
    const results: ToolResultBlock[] = []
    let submitted: Solution | undefined
    for (const call of toolCallsOf(reply.message)) {
      if (submitted !== undefined) {
        results.push(toResult(call, NUDGES.afterSubmit, true))
        continue
      }
      const outcome = await runCall(call, attempt, turn, signal)
      results.push(outcome.result)
      submitted = outcome.submitted
    }
    return submitted === undefined ? { results } : { results, submitted }
  }

  /** Whatever goes wrong in a tool is text for the model; our own failures and an abort are not. */
  async function runCall(
    call: ToolCallBlock,
    attempt: number,
    turn: number,
    signal: AbortSignal,
  ): Promise<{ result: ToolResultBlock; submitted?: Solution }> {
    const startedAt = performance.now()
    const returned = (failed: boolean): void => {
      const durationMs = Math.round(performance.now() - startedAt)
      journal.record({ type: 'tool.returned', attempt, turn, tool: call.name, failed, durationMs })
    }
    try {
      const prepared = prepare(call)
      journal.record({
        type: 'tool.called',
        attempt,
        turn,
        tool: call.name,
        about: firstLine(prepared.about),
      })
      const { text, submitted } = await prepared.run(signal)
      returned(false)
      const result = toResult(call, text, false)
      return submitted === undefined ? { result } : { result, submitted }
    } catch (error) {
      if (error instanceof AvoError || signal.aborted) throw error
      returned(true)
      return { result: toResult(call, toMessage(error), true) }
    }
  }

  function prepare(call: ToolCallBlock): ReturnType<Tool['prepare']> {
    const tool = tools.get(call.name)
    if (tool === undefined)
      throw new Error(`there is no tool ${call.name}; the tools are ${[...tools.keys()].join(', ')}`)
    if (call.malformed !== undefined)
      throw new Error(`the arguments of ${call.name} are not JSON: ${call.malformed}`)
    return tool.prepare(call.input)
  }

  /** What the harness adds to a turn: answers to replies without a call, news from the knowledge base, what is left. */
  async function remark(reply: ModelReply, turnsLeft: number): Promise<TextBlock[]> {
    const remarks: TextBlock[] = []
    if (reply.end === 'length') remarks.push(text(NUDGES.cutOff))
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
    return { abandoned: `the model refused to go on: ${lastWords(reply)}` }
  }
}

function renderNews(changes: readonly DocumentChange[]): TextBlock[] {
  return changes.length === 0 ? [] : [text(renderDocuments(changes))]
}

function toResult(call: ToolCallBlock, result: string, failed: boolean): ToolResultBlock {
  return { type: 'tool_result', id: call.id, text: cutMiddle(result, MAX_RESULT_LENGTH), failed }
}

function text(content: string): TextBlock {
  return { type: 'text', text: content }
}

function lastWords(reply: { readonly message: AssistantMessage }): string {
  return firstLine(textOf(reply.message)) || 'it said nothing'
}
