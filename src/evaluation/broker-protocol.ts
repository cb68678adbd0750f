import { z } from 'zod'
import type { Execution } from '../sandbox/sandbox.ts'

/** A session's name, and the name of its directory. */
const session = z.string().regex(/^[a-z0-9-]{1,32}$/, 'a name of a-z, 0-9 and -')

const argv = z.tuple([z.string().min(1)], z.string())

const startSchema = z.strictObject({
  start: session,
  argv,
  /** Run before in a copy of the candidate's files, once for a tree: the candidate gets what it left. */
  build: z.strictObject({ argv, timeoutSeconds: z.number().positive().optional() }).optional(),
  /** Programs that must be there, each by one of its names. */
  needs: z.array(z.array(z.string().min(1)).min(1)).default([]),
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
  /** The build came to nothing: why in a line, and what it printed. Nothing was started. */
  | { readonly unbuilt: string; readonly summary: string; readonly words: string }
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
