import { AvoError, toDiskError, toMessage } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Solution } from '../lineage.ts'
import type { Message, ToolCallBlock, ToolResultBlock } from '../model/model.ts'
import { cutMiddle, firstLine } from '../text.ts'
import type { Context } from './context.ts'
import { missingResults } from './conversation.ts'
import { NUDGES } from './nudges.ts'
import type { Tool } from './tool.ts'

/** What became of a call: its result, what it did, and the solution where it submitted one. */
interface CallOutcome {
  readonly result: ToolResultBlock
  readonly made: MadeCall
  readonly submitted?: Solution
}

/** What became of the calls of one reply. */
export interface CallsOutcome {
  /** Those that were made. */
  readonly made: readonly MadeCall[]
  readonly submitted?: Solution
}

/** A call and what came of it. */
export interface MadeCall {
  /** In a few words, for people and for the model. */
  readonly words: string
  /** What tells it from every other: tool, arguments, effect. Null where it did nothing. */
  readonly effect: string | null
}

/** Which reply the calls are of. */
export interface Turn {
  readonly attempt: number
  readonly turn: number
}

/**
 * Runs the calls of a reply in order, up to a submission. Each result is kept as soon as it is
 * there, save the submission's: as long as the journal doesn't have the solution, the call has not been made.
 */
export type CallTools = (
  calls: readonly ToolCallBlock[],
  turn: Turn,
  signal: AbortSignal,
) => Promise<CallsOutcome>

/** Whatever goes wrong in a tool is text for the model; our own failures and an abort are not, they are thrown. */
export function createCallTools(options: {
  readonly tools: readonly Tool[]
  readonly journal: Journal
  /** Longer results are cut in the middle. */
  readonly context: Pick<Context, 'maxResultCharacters'>
  readonly keep: (result: ToolResultBlock) => void
  /** Whether the workspace is as the last call left it. */
  readonly isUnchanged: () => Promise<boolean>
}): CallTools {
  const { journal, context, keep, isUnchanged } = options
  const tools = new Map(options.tools.map((tool) => [tool.definition.name, tool]))

  return async (calls, turn, signal) => {
    const made: MadeCall[] = []
    for (const call of calls) {
      if (await isLost(call)) {
        keep(toResult(call, NUDGES.interrupted, true))
        continue
      }
      const outcome = await runCall(call, turn, signal)
      made.push(outcome.made)
      if (outcome.submitted !== undefined) return { made, submitted: outcome.submitted }
      keep(outcome.result)
    }
    return { made }
  }

  /** Whether a call was begun before the harness was killed, and can't be made again. */
  async function isLost(call: ToolCallBlock): Promise<boolean> {
    if (journal.state.attempt?.begun !== call.id) return false
    const cutOff = tools.get(call.name)?.cutOff
    return cutOff === 'tell' || (cutOff === 'repeat-unless-changed' && !(await isUnchanged()))
  }

  async function runCall(call: ToolCallBlock, turn: Turn, signal: AbortSignal): Promise<CallOutcome> {
    const startedAt = performance.now()
    const returned = (failed: boolean): void => {
      const durationMs = Math.round(performance.now() - startedAt)
      journal.record({ type: 'tool.returned', ...turn, tool: call.name, failed, durationMs })
    }
    try {
      const prepared = prepare(call)
      const about = firstLine(prepared.about)
      journal.record({ type: 'tool.called', ...turn, tool: call.name, about, call: call.id })
      const { text, submitted, effect = text } = await prepared.run(signal)
      returned(false)
      const result = toResult(call, cutMiddle(text, context.maxResultCharacters), false)
      const made = toMade(call, prepared.about, effect)
      return submitted === undefined ? { result, made } : { result, made, submitted }
    } catch (thrown) {
      const error = toDiskError(thrown)
      if (error instanceof AvoError || signal.aborted) throw error
      returned(true)
      const text = toMessage(error)
      const result = toResult(call, cutMiddle(text, context.maxResultCharacters), true)
      return { result, made: toMade(call, '', text) }
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
}

function toMade({ name, input }: ToolCallBlock, about: string, effect: string): MadeCall {
  const words = `${name} ${firstLine(about, 60)}`.trim()
  return { words, effect: effect === '' ? null : JSON.stringify([name, input, effect]) }
}

/** A result as the model gets it. */
function toResult(call: ToolCallBlock, text: string, failed: boolean): ToolResultBlock {
  return { type: 'tool_result', id: call.id, text, failed }
}

/** Results for calls that an attempt left without one at its end: the submission has none before, and no call after it is made. */
export function leftResults(messages: readonly Message[], wasSubmitted: boolean): readonly ToolResultBlock[] {
  const calls = missingResults(messages)
  const submission = wasSubmitted ? calls.findIndex(({ name }) => name === 'submit') : -1
  return calls.map((call, index) => {
    if (index === submission) return toResult(call, NUDGES.submitted, false)
    const isAfter = submission !== -1 && index > submission
    return toResult(call, isAfter ? NUDGES.afterSubmit : NUDGES.interrupted, true)
  })
}
