import { randomUUID } from 'node:crypto'

/** In the environment of everything that this harness runs in a sandbox, by which what outlives it can be found. */
export const HARNESS_MARK = randomUUID()
