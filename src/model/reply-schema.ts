import { z } from 'zod'
import { assistantMessageSchema } from './message-schema.ts'

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
  answeredBy: z.string().exactOptional(),
})
