import type { AttemptDetail } from '../attempt-detail.ts'
import type { DiffReply } from '../read-details.ts'
import { applyPatch, type PackedView, type RunPatch, unpackView } from '../run-patch.ts'
import type { RunSummary, RunView } from '../run-view.ts'
import { type RunSource, SourceError } from './source.ts'

type Message = { readonly view: PackedView } | { readonly patch: RunPatch }

/** The server that the page came from. It is of the same build, so that what it says needs no checking. */
export function createLiveSource(token: string): RunSource {
  const headers = { 'x-avo-token': token }

  async function ask<Reply>(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(path, { ...init, headers: { ...headers, ...init.headers } }).catch(
      () => null,
    )
    if (response === null)
      throw new SourceError(
        'avo explore does not answer.',
        'Start it again, and open the address that it prints.',
      )
    if (response.ok) return response.json()
    const said: { message?: string; hint?: string } = await response.json().catch(() => ({}))
    throw new SourceError(said.message ?? `The server refused it (${response.status}).`, said.hint)
  }

  async function send(path: string, body: unknown): Promise<void> {
    await ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  return {
    listRuns: () => ask<readonly RunSummary[]>('/api/runs'),
    readAttempt: (id, number) => ask<AttemptDetail>(`/api/runs/${id}/attempts/${number}`),
    readDiff: (id, from, to) => ask<DiffReply>(`/api/runs/${id}/diff/${from}/${to}`),
    follow(id, show, tell) {
      let view: RunView | null = null
      const events = new EventSource(`/api/runs/${id}/events?token=${encodeURIComponent(token)}`)
      events.onmessage = ({ data }) => {
        const message: Message = JSON.parse(data)
        if ('view' in message) view = unpackView(message.view)
        else if (view !== null) view = applyPatch(view, message.patch)
        if (view !== null) show(view)
        tell('live')
      }
      events.onerror = () => tell('lost')
      return () => events.close()
    },
    actions: {
      steer: (id, text) => send(`/api/runs/${id}/steer`, { text }),
      pause: (id) => send(`/api/runs/${id}/pause`, {}),
      resume: (id) => send(`/api/runs/${id}/resume`, {}),
      stop: (id) => send(`/api/runs/${id}/stop`, { now: false }),
    },
  }
}
