import { channel } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** Requests of this process that are on their way. */
export interface WatchedRequests {
  /** Ends those that are, and any that would follow: nothing of them keeps the process alive. */
  end(): void
}

/** Watches the requests that are made in a name, because the SDK can't be told to give up those that it has made. */
export function watchRequests(userAgent: string): WatchedRequests {
  const started = channel('http.client.request.start')
  const open = new Set<ClientRequest>()
  let isOver = false

  function watch(message: unknown): void {
    const request = requestOf(message)
    if (request === null || !String(request.getHeader('user-agent')).startsWith(`${userAgent} `)) return
    if (isOver) {
      request.destroy()
      return
    }
    open.add(request)
    request.once('close', () => open.delete(request))
  }

  started.subscribe(watch)
  return {
    end() {
      isOver = true
      for (const request of open) request.destroy()
    },
  }
}

function requestOf(message: unknown): ClientRequest | null {
  const request =
    typeof message === 'object' && message !== null && 'request' in message ? message.request : null
  return isClientRequest(request) ? request : null
}

function isClientRequest(value: unknown): value is ClientRequest {
  return typeof value === 'object' && value !== null && 'getHeader' in value && 'destroy' in value
}
