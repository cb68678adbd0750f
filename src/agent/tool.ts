import { z } from 'zod'
import type { Profile, ShownLines } from '../events.ts'
import type { Solution } from '../lineage.ts'
import type { ToolDefinition } from '../model/model.ts'

/** What a tool gives back: text for the model, and the solution where the call submits one. */
export interface ToolOutcome {
  readonly text: string
  readonly submitted?: Solution
  /**
   * What the call has shown or done, where the text has more to it (a duration, noise). The same call with the same effect
   * brings nothing new; an empty one never does.
   */
  readonly effect?: string
  /** Whether the solution is another one now, or has been evaluated as one that never was before. */
  readonly changed?: boolean
  /** Number of the version that the solution is again. */
  readonly base?: number
  /** What it shows of the knowledge base. */
  readonly shown?: readonly ShownLines[]
  /** What a profiler said, where it ran one. */
  readonly profile?: Profile
}

/**
 * What becomes of a call that was cut off when the harness was killed, so that nobody knows whether it had its effect: it is
 * made again (by default: once or twice is the same), made again unless the workspace has changed, or left to the agent.
 */
export type CutOff = 'repeat' | 'repeat-unless-changed' | 'tell'

/** A tool as its author writes it: a literal with a schema and `execute`. */
export interface ToolLiteral<Input extends z.ZodType> {
  /** verb_noun */
  readonly name: string
  /** For the model: what it does and when to use it. */
  readonly description: string
  /** An object; every field with `.describe()`. */
  readonly input: Input
  readonly cutOff?: CutOff
  /** A few words for the log: the path, the query, the command. */
  about(input: z.output<Input>): string
  /** What it throws becomes a failed result, its message the text; an `AvoError` and an abort end the attempt. */
  execute(input: z.output<Input>, signal: AbortSignal): Promise<string | ToolOutcome>
}

/** A call whose arguments fit the tool's schema. */
export interface ToolCall {
  readonly about: string
  run(signal: AbortSignal): Promise<ToolOutcome>
}

/** A tool as the agent's loop sees it. */
export interface Tool {
  readonly definition: ToolDefinition
  readonly cutOff: CutOff
  /** Checks the model's arguments; throws an error with a sentence per wrong field. */
  prepare(input: unknown): ToolCall
}

/** Makes a tool from its literal. */
export function createTool<Input extends z.ZodType>(literal: ToolLiteral<Input>): Tool {
  const { name, description, input: schema, cutOff = 'repeat' } = literal
  const { $schema, ...input } = z.toJSONSchema(schema, { io: 'input' })
  return {
    definition: { name, description, input },
    cutOff,
    prepare(raw) {
      const parsed = schema.safeParse(raw)
      if (!parsed.success) throw new Error(`wrong arguments for ${name}:\n${z.prettifyError(parsed.error)}`)
      return {
        about: literal.about(parsed.data),
        async run(signal) {
          const outcome = await literal.execute(parsed.data, signal)
          return typeof outcome === 'string' ? { text: outcome } : outcome
        },
      }
    },
  }
}
