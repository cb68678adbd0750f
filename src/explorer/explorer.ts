import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { TOKEN_PARAMETER } from './access.ts'
import { readPageBundle } from './page-file.ts'
import { createRunHub } from './run-hub.ts'
import { createServer, type ServerOptions } from './server.ts'
import { watchRun } from './watched-run.ts'

/** An explorer that is open. */
export interface Explorer {
  /** The page's address on this machine, with the token that lets in. */
  readonly url: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/**
 * Serves the page of some runs to this machine alone.
 *
 * @param port 0 for one that is free
 * @throws {AvoError} `usage` where the port is taken.
 */
export async function openExplorer(
  configs: readonly Config[],
  port: number,
  extend?: ServerOptions['extend'],
): Promise<Explorer> {
  const bundle = await readPageBundle()
  const hubs = await Promise.all(
    configs.map(async (config, index) => createRunHub(await watchRun(config, String(index + 1), true))),
  )
  const token = randomBytes(24).toString('base64url')
  const app = createServer({ hubs, bundle, token, ...(extend === undefined ? {} : { extend }) })
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
