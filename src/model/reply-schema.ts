import { z } from 'zod'

const textSchema = z.object({ type: z.literal('text'), text: z.string() })

/** An assistant's message as it is kept in files. */
export const assistantMessageSchema = z.object({
  role: z.literal('assistant'),
  content: z.array(
    z.discriminatedUnion('type', [
      textSchema,
      z.object({
        type: z.literal('tool_call'),
        id: z.string(),
        name: z.string(),
        input: z.unknown(),
        malformed: z.string().exactOptional(),
      }),
      z.object({ type: z.literal('opaque'), provider: z.string(), value: z.unknown() }),
    ]),
  ),
})

/** A reply as it is kept in files. */
export const replySchema = z.object({
  message: assistantMessageSchema,
  end: z.enum(['complete', 'tool-calls', 'length', 'refused']),
  usage: z.object({
    inputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWriteTokens: z.number(),
    outputTokens: z.number(),
  }),
  costUsd: z.number().nullable(),
})
