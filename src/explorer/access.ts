import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'

/** Where the page sends its token, so that no other site can make the browser send it. */
export const TOKEN_HEADER = 'x-avo-token'
/** Where it stands in an address: that of the page, and of the stream of events, which can't have headers. */
export const TOKEN_PARAMETER = 'token'

/** Programs that read may send it as others do. */
const BEARER = /^Bearer (\S+)$/

/** Names under which this machine is reached from itself. Any other is a stranger's that points here (DNS rebinding). */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Lets in who has the token, came by a name of this machine's own, and is not sent by another site. Whoever changes something
 * must send JSON with the token in a header, which no form of another site can.
 */
export function guardAccess(token: string): MiddlewareHandler {
  const isToken = compareWith(token)
  return async (context, next) => {
    const { req } = context
    const host = req.header('host') ?? ''
    if (!LOOPBACK.has(host.replace(/:\d+$/, '')))
      return context.text('This is not the name of this machine.', 403)
    const origin = req.header('origin')
    if (origin !== undefined && origin !== `http://${host}`)
      return context.text('Another site has sent this.', 403)
    const site = req.header('sec-fetch-site')
    const isVisit = req.method === 'GET' && req.header('sec-fetch-mode') === 'navigate'
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit)
      return context.text('Another site has sent this.', 403)
    const isRead = req.method === 'GET' || req.method === 'HEAD'
    const bearer = BEARER.exec(req.header('authorization') ?? '')?.[1]
    const given = req.header(TOKEN_HEADER) ?? (isRead ? (bearer ?? req.query(TOKEN_PARAMETER)) : undefined)
    if (given === undefined || !isToken(given))
      return context.text(
        'The token is missing or wrong: open the address that avo explore has printed.',
        401,
      )
    if (!isRead && !/^application\/json\b/.test(req.header('content-type') ?? ''))
      return context.text('JSON is wanted.', 415)
    return next()
  }
}

/** Addresses that let in once. */
export interface Tickets {
  issue(): string
  /** Whether it was issued and not redeemed before. */
  redeem(ticket: string): boolean
}

/** For a browser that another program starts: everybody on this machine can read that program's command line, the token as well. */
export function createTickets(): Tickets {
  const issued = new Set<string>()
  return {
    issue() {
      const ticket = createSecret()
      issued.add(ticket)
      return ticket
    },
    redeem: (ticket) => issued.delete(ticket),
  }
}

/** What nobody guesses, for an address. */
export function createSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** In a time that tells nothing of how near a guess is. */
function compareWith(secret: string): (given: string) => boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = hash(secret)
  return (given) => timingSafeEqual(hash(given), expected)
}
