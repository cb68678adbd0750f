import { AvoError } from '../errors.ts'
import type { DocumentChange, ReplyEvent } from '../events.ts'
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
import { findStandstill, NO_PROGRESS, type Standstill } from '../state/progress.ts'
import type { StopCondition } from '../stop.ts'
import { cutMiddle, firstLine } from '../text.ts'
import { attemptHeading, type BriefingRequest } from './briefing.ts'
import { createCallTools, leftResults, type Turn } from './call-tools.ts'
import { compact } from './compaction.ts'
import { createContext } from './context.ts'
import { type Conversation, missingResults, openReply } from './conversation.ts'
import { mapText } from './map-text.ts'
import { NUDGES, renderDocuments } from './nudges.ts'
import { findUntold, renderSteering } from './steering.ts'
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
  /** Rests where the person wants it to, and records what they have said since; asked before every model call. */
  readonly listen: (signal: AbortSignal) => Promise<void>
  /** Who the agent is and what the task is; the same for the whole session, so that provider caches hit. */
  readonly system: string
  /** What the agent is told when an attempt begins, and again when its context was compacted. */
  readonly briefing: (request: BriefingRequest) => Promise<string>
  /** Model calls in an attempt. */
  readonly maxTurns: number
  /** Looked at before every model call. */
  readonly stop: StopCondition
  /** Whether the workspace is as the last call left it. */
  readonly isUnchanged: () => Promise<boolean>
}

/** Turns before the end of an attempt at which the agent is told. */
const LAST_TURNS = 3
/** Times in a row that a conversation is compacted because the provider says that it is too long. */
const MAX_OVERFLOWS = 3
/** Part of the briefing's length that all that the person said may take after compaction, where it is long. */
const STEERING = 0.5

/** Vary(P) = Agent(P, K, f): a tool-using agent that edits, evaluates and diagnoses until it submits a solution. */
export function createAgent(
  options: AgentOptions,
): (attempt: number, signal: AbortSignal) => Promise<Solution | Abandoned | null> {
  const { model, maxReplyTokens, conversation, journal, knowledge, maxTurns } = options
  const { state } = journal
  const system = options.system.toWellFormed()
  const tools = options.tools.map((tool) => tool.definition)
  const context = createContext({ contextTokens: () => model.contextTokens, maxReplyTokens, system, tools })
  const callTools = createCallTools({
    tools: options.tools,
    journal,
    context,
    keep: (result) => conversation.append({ role: 'user', content: [result] }),
    isUnchanged: options.isUnchanged,
  })

  // Where the loop is stands in the conversation and in the journal, and nowhere else: after a crash it goes on from there.
  return async (attempt, signal) => {
    await begin(attempt)
    for (;;) {
      signal.throwIfAborted()
      const { turns = 0, end } = state.attempt ?? {}
      const reply = openReply(conversation.messages)
      const standstill = standstillNow()
      if (reply !== null) {
        const solution = await act(reply, { attempt, turn: turns }, signal)
        if (solution !== null) return solution
      } else if (end === 'refused') return refuse()
      else if (standstill?.isOver) return giveUp(standstill)
      else if (turns >= maxTurns) return { abandoned: `nothing was submitted within ${maxTurns} turns` }
      else if (options.stop(state) !== null) return null
      else {
        await hear(signal)
        await respond(attempt, turns + 1, signal)
      }
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
    // A briefing tells what was announced before: what comes now is announced beside it.
    const briefing = await brief(attempt, conversation.messages.length === 0)
    const news = renderNews(await refresh())
    const left = leftResults(conversation.messages, state.ledger.at(-1)?.solution !== undefined)
    conversation.append({ role: 'user', content: [...left, briefing, ...news] })
  }

  function isBriefed(attempt: number): boolean {
    const heading = attemptHeading(attempt)
    return conversation.messages.some(
      (message) =>
        message.role === 'user' &&
        message.content.some((block) => block.type === 'text' && block.text.startsWith(heading)),
    )
  }

  async function brief(attempt: number, recalls: boolean): Promise<TextBlock> {
    const { maxBriefingCharacters: maxCharacters } = context
    return text(cutMiddle(await options.briefing({ attempt, recalls, maxCharacters }), maxCharacters))
  }

  /** What the person has said is told before the next call, each text once. */
  async function hear(signal: AbortSignal): Promise<void> {
    await options.listen(signal)
    const content = findUntold(state.steering, conversation.messages).map((said) => renderSteering(said))
    if (content.length > 0) conversation.append({ role: 'user', content })
  }

  /** One paid call: the reply is kept, then counted. Near the context limit, and when the provider says that it was passed, the conversation is compacted. */
  async function respond(attempt: number, turn: number, signal: AbortSignal): Promise<void> {
    if (context.isFull(conversation.messages)) await shrink(attempt)
    const startedAt = performance.now()
    const reply = await ask(attempt, signal)
    const durationMs = Math.round(performance.now() - startedAt)
    const { usage, costUsd, end, answeredBy } = reply
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
      ...(answeredBy === undefined ? {} : { answeredBy: firstLine(answeredBy) }),
    }
    const isKept = end !== 'refused' && message.content.length > 0
    if (isKept) conversation.appendReply(message, event)
    journal.record(event)
    if (!isKept && end !== 'refused') await answer(message)
  }

  async function ask(attempt: number, signal: AbortSignal): Promise<ModelReply> {
    for (let overflows = 0; ; overflows++) {
      try {
        return await model.respond({ system, messages: conversation.messages, tools }, signal)
      } catch (error) {
        const isTooLong = error instanceof AvoError && error.code === 'model-context-overflow'
        if (!isTooLong || overflows === MAX_OVERFLOWS) throw error
        context.overflow(context.tokensOf(conversation.messages))
        await shrink(attempt)
      }
    }
  }

  async function shrink(attempt: number): Promise<void> {
    const tokensBefore = context.tokensOf(conversation.messages)
    const budget = Math.floor(Math.min(context.keptTokens, tokensBefore / 2))
    const share = Math.floor((context.maxBriefingCharacters * STEERING) / Math.max(1, state.steering.length))
    const said = state.steering.map((text) => renderSteering(text, share))
    conversation.replace(compact(conversation.messages, [await brief(attempt, true), ...said], budget))
    journal.record({ type: 'conversation.compacted', attempt, tokensBefore })
  }

  function standstillNow(): Standstill | null {
    return findStandstill(state.attempt?.silentReplies ?? 0, state.attempt?.progress ?? NO_PROGRESS)
  }

  /** What the harness adds to a turn: answers to what led nowhere, news from the knowledge base, what is left. */
  async function remark(reply: AssistantMessage): Promise<TextBlock[]> {
    const { number: attempt = 0, turns = 0, end } = state.attempt ?? {}
    const turnsLeft = maxTurns - turns
    const remarks: TextBlock[] = []
    if (end === 'length') remarks.push(text(NUDGES.cutOff(maxReplyTokens)))
    else if (reply.content.length === 0) remarks.push(text(NUDGES.empty))
    else if (toolCallsOf(reply).length === 0) remarks.push(text(NUDGES.noToolCall))
    const standstill = standstillNow()
    if (standstill !== null) {
      const { stall, turns: stalled } = standstill
      journal.record({ type: 'attempt.stalled', attempt, turn: turns, stall, turns: stalled })
      if (stall === 'repeating') remarks.push(text(NUDGES.repeating(stalled, namesOf(reply))))
      if (stall === 'unchanged') remarks.push(text(NUDGES.unchanged(stalled)))
    }
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

  function giveUp({ stall, turns }: Standstill): Abandoned {
    const reply = conversation.messages.findLast((message) => message.role === 'assistant')
    const calls = reply === undefined ? '' : ` (${namesOf(reply)})`
    const reasons = {
      silent: `the agent called no tool in ${turns} replies: ${lastWords()}`,
      repeating: `the agent went round in circles: in ${turns} turns it only made calls that it had made before, with the same outcome${calls}`,
      unchanged: `the agent changed nothing in the solution in ${turns} turns`,
    }
    return { abandoned: reasons[stall], stalled: stall }
  }

  function lastWords(): string {
    return state.attempt?.lastWords || 'it said nothing'
  }
}

function renderNews(changes: readonly DocumentChange[]): TextBlock[] {
  return changes.length === 0 ? [] : [text(renderDocuments(changes))]
}

function text(content: string): TextBlock {
  return { type: 'text', text: content.toWellFormed() }
}

/** The tools that a reply calls. */
function namesOf(reply: AssistantMessage): string {
  return [...new Set(toolCallsOf(reply).map(({ name }) => name))].join(', ')
}
