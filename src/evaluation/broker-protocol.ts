import { z } from 'zod'
import type { Execution } from '../sandbox/sandbox.ts'

/** A session's name, and the name of its directory. */
const session = z.string().regex(/^[a-z0-9-]{1,32}$/, 'a name of a-z, 0-9 and -')

const startSchema = z.strictObject({
  start: session,
  argv: z.tuple([z.string().min(1)], z.string()),
  env: z.record(z.string().regex(/^(?!AVO_)[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  memoryBytes: z.number().positive().optional(),
  timeoutSeconds: z.number().positive().optional(),
})

const stopSchema = z.strictObject({ stop: session })

/** What a scorer asks for: that a candidate is started, or ended. */
export type BrokerRequest = StartRequest | z.output<typeof stopSchema>

export type StartRequest = z.output<typeof startSchema>

/** What a scorer is told. */
export type BrokerReply =
  | { readonly started: string }
  | (Pick<Execution, 'exitCode' | 'signal' | 'limit'> & { readonly ended: string; readonly stderr: string })
  | { readonly failed: string; readonly message: string }

/** A line from the scorer; null where it is none of the two requests. */
export function parseRequest(line: string): BrokerRequest | null {
  try {
    const value: unknown = JSON.parse(line)
    return startSchema.safeParse(value).data ?? stopSchema.safeParse(value).data ?? null
  } catch {
    return null
  }
}
