import { AvoError, toMessage } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Solution } from '../lineage.ts'
import type { ToolCallBlock, ToolResultBlock } from '../model/model.ts'
import { cutMiddle, firstLine } from '../text.ts'
import type { Context } from './context.ts'
import { NUDGES } from './nudges.ts'
import type { Tool } from './tool.ts'

/** What became of the calls of one reply: a result for each, and the solution where one submitted it. */
export interface CallResults {
  readonly results: readonly ToolResultBlock[]
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

/** Runs the calls of a reply in order; what comes after a submission is not run. */
export type CallTools = (
  calls: readonly ToolCallBlock[],
  turn: Turn,
  signal: AbortSignal,
) => Promise<CallResults>

/** Whatever goes wrong in a tool is text for the model; our own failures and an abort are not, they are thrown. */
export function createCallTools(options: {
  readonly tools: readonly Tool[]
  readonly journal: Journal
  /** Longer results are cut in the middle. */
  readonly context: Pick<Context, 'maxResultCharacters'>
}): CallTools {
  const { journal, context } = options
  const tools = new Map(options.tools.map((tool) => [tool.definition.name, tool]))

  return async (calls, turn, signal) => {
    const results: ToolResultBlock[] = []
    const made: MadeCall[] = []
    let submitted: Solution | undefined
    for (const call of calls) {
      if (submitted !== undefined) {
        results.push(toResult(call, NUDGES.afterSubmit, true))
        continue
      }
      const outcome = await runCall(call, turn, signal)
      results.push(...outcome.results)
      made.push(...outcome.made)
      submitted = outcome.submitted
    }
    return submitted === undefined ? { results, made } : { results, made, submitted }
  }

  async function runCall(call: ToolCallBlock, turn: Turn, signal: AbortSignal): Promise<CallResults> {
    const startedAt = performance.now()
    const returned = (failed: boolean): void => {
      const durationMs = Math.round(performance.now() - startedAt)
      journal.record({ type: 'tool.returned', ...turn, tool: call.name, failed, durationMs })
    }
    try {
      const prepared = prepare(call)
      journal.record({ type: 'tool.called', ...turn, tool: call.name, about: firstLine(prepared.about) })
      const { text, submitted, effect = text } = await prepared.run(signal)
      returned(false)
      const results = [toResult(call, cutMiddle(text, context.maxResultCharacters), false)]
      const made = [toMade(call, prepared.about, effect)]
      return submitted === undefined ? { results, made } : { results, made, submitted }
    } catch (error) {
      if (error instanceof AvoError || signal.aborted) throw error
      returned(true)
      const text = toMessage(error)
      return {
        results: [toResult(call, cutMiddle(text, context.maxResultCharacters), true)],
        made: [toMade(call, '', text)],
      }
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
export function toResult(call: ToolCallBlock, text: string, failed: boolean): ToolResultBlock {
  return { type: 'tool_result', id: call.id, text, failed }
}
