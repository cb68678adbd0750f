import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { TOKEN_PARAMETER } from './access.ts'
import { readPageBundle } from './page-file.ts'
import { createRunHub } from './run-hub.ts'
import { createServer } from './server.ts'
import { watchRun } from './watched-run.ts'

/** An explorer that is open. */
export interface Explorer {
  /** The page's address on this machine, with the token that lets in. */
  readonly url: string
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
    configs.map(async (config, index) => createRunHub(await watchRun(config, String(index + 1), true))),
  )
  const app = createServer({ hubs, bundle, token })
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: LOOPBACK, port }, (info) => {
      resolve({
        url: `http://${LOOPBACK}:${info.port}/?${TOKEN_PARAMETER}=${token}`,
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
  if (own === undefined || own === '') return randomBytes(24).toString('base64url')
  if (TOKEN.test(own)) return own
  throw new AvoError(
    'usage',
    `${TOKEN_VARIABLE} is no token`,
    'It takes 16 letters, digits, dots, dashes or more; without it a random one is made.',
  )
}
