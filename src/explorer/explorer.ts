import { serve } from '@hono/node-server'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { createSecret, createTickets, TOKEN_PARAMETER } from './access.ts'
import { readPageBundle } from './page-file.ts'
import { createRunHub } from './run-hub.ts'
import { createServer, ENTRY } from './server.ts'
import { watchRun } from './watched-run.ts'

/** An explorer that is open. */
export interface Explorer {
  /** The page's address on this machine, with the token that lets in. */
  readonly url: string
  /** An address that leads there once, for programs whose command line anybody can read. */
  issueEntry(): string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'
/** A token of the person's own, for programs that read `/metrics` for weeks. */
const TOKEN_VARIABLE = 'AVO_EXPLORE_TOKEN'
const TOKEN = /^[\w.~-]{16,}$/

/**
 * Serves the page of some runs to this machine alone.
 *
 * @param port 0 for one that is free
 * @throws {AvoError} `usage` where the port is taken, or the token that AVO_EXPLORE_TOKEN has is none.
 */
export async function openExplorer(configs: readonly Config[], port: number): Promise<Explorer> {
  const token = chooseToken(process.env[TOKEN_VARIABLE])
  const bundle = await readPageBundle()
  const hubs = await Promise.all(
    configs.map((config, index) => createRunHub(() => watchRun(config, String(index + 1), true))),
  )
  const tickets = createTickets()
  const app = createServer({ hubs, bundle, token, tickets })
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: LOOPBACK, port }, (info) => {
      const origin = `http://${LOOPBACK}:${info.port}`
      resolve({
        url: `${origin}/?${TOKEN_PARAMETER}=${token}`,
        issueEntry: () => `${origin}${ENTRY}/${tickets.issue()}`,
        close: () =>
          new Promise((closed) => {
            for (const hub of hubs) hub.close()
            server.close(() => closed())
            // Pages that are open hold on to their stream of events.
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    server.once('error', (cause) => {
      const hint = 'Choose another with --port, or leave it out for one that is free.'
      reject(new AvoError('usage', `port ${port} can't be used: ${cause.message}`, hint, { cause }))
    })
  })
}

function chooseToken(own: string | undefined): string {
  if (own === undefined || own === '') return createSecret()
  if (TOKEN.test(own)) return own
  throw new AvoError(
    'usage',
    `${TOKEN_VARIABLE} is no token`,
    'It takes 16 letters, digits, dots, dashes or more; without it a random one is made.',
  )
}
