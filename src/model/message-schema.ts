import { z } from 'zod'
import type { Message } from './model.ts'

const textBlock = z.object({ type: z.literal('text'), text: z.string() })
const toolCallBlock = z.object({
  type: z.literal('tool_call'),
  id: z.string(),
  name: z.string(),
  input: z.unknown(),
  malformed: z.string().exactOptional(),
})
const toolResultBlock = z.object({
  type: z.literal('tool_result'),
  id: z.string(),
  text: z.string(),
  failed: z.boolean(),
})
const opaqueBlock = z.object({ type: z.literal('opaque'), provider: z.string(), value: z.unknown() })

const userMessageSchema = z.object({
  role: z.literal('user'),
  content: z.array(z.discriminatedUnion('type', [textBlock, toolResultBlock])),
})

/** What the model said, as it is kept in files. */
export const assistantMessageSchema = z.object({
  role: z.literal('assistant'),
  content: z.array(z.discriminatedUnion('type', [textBlock, toolCallBlock, opaqueBlock])),
})

/** A message as it is kept in files. */
export const messageSchema: z.ZodType<Message> = z.discriminatedUnion('role', [
  userMessageSchema,
  assistantMessageSchema,
])
