import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { pauseRun, resumeRun } from '../commands/pause-run.ts'
import { steerRun } from '../commands/steer-run.ts'
import { stopRun } from '../commands/stop-run.ts'
import { AvoError, toMessage } from '../errors.ts'
import { METRICS_CONTENT_TYPE, renderMetrics } from '../telemetry/prometheus.ts'
import { guardAccess } from './access.ts'
import { shorten } from './columns.ts'
import { type PageBundle, renderPage } from './page-file.ts'
import { openDiffReader, readAttemptDetail } from './read-details.ts'
import type { RunHub } from './run-hub.ts'

export interface ServerOptions {
  readonly hubs: readonly RunHub[]
  readonly bundle: PageBundle
  /** Who has it is let in. */
  readonly token: string
}

const MAX_BODY_BYTES = 100_000
/** So that proxies and sleeping laptops notice a connection that is gone. */
const BEAT_MS = 15_000

const textSchema = z.object({ text: z.string() })
const stopSchema = z.object({ now: z.boolean() })

/** The explorer's server: a page, what it shows, and the few things that it can ask a run for. */
export function createServer({ hubs, bundle, token }: ServerOptions): Hono {
  const app = new Hono()
  const [first] = hubs
  const title = hubs.length === 1 && first !== undefined ? `${first.run.view.facts.name} · avo` : 'avo'
  const page = renderPage(bundle, title, null)

  app.use(async (context, next) => {
    await next()
    const { headers } = context.res
    headers.set('content-security-policy', page.policy)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('x-frame-options', 'DENY')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('cross-origin-resource-policy', 'same-origin')
    headers.set('cache-control', 'no-store')
  })
  app.use(guardAccess(token))
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) => context.json({ message: 'this is too long', hint: '' }, 413),
    }),
  )
  app.onError((error, context) => {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      return context.json({ message: 'this is not what is wanted here', hint: '' }, 400)
    if (!(error instanceof AvoError))
      return context.json({ message: `a defect in avo: ${toMessage(error)}`, hint: '' }, 500)
    return context.json({ message: error.message, hint: error.hint }, error.code === 'usage' ? 404 : 409)
  })

  function find(id: string): RunHub {
    const hub = hubs.find(({ run }) => run.id === id)
    if (hub === undefined) throw new AvoError('usage', 'there is no such run')
    return hub
  }

  app.get('/', (context) => context.html(page.html))

  app.get('/api/runs', async (context) => {
    await Promise.all(hubs.map((hub) => hub.look()))
    return context.body(
      JSON.stringify(
        hubs.map(({ run }) => run.summary),
        shorten,
      ),
      200,
      JSON_TYPE,
    )
  })

  app.get('/api/runs/:id/events', async (context) => {
    const hub = find(context.req.param('id'))
    await hub.look()
    return streamSSE(context, async (stream) => {
      // What is sent is a whole, then what changes of it: both from one moment.
      const outbox = [`{"view":${hub.viewJson}}`]
      let wake = (): void => undefined
      const unsubscribe = hub.subscribe((patch) => {
        outbox.push(JSON.stringify({ patch }, shorten))
        wake()
      })
      stream.onAbort(() => {
        unsubscribe()
        wake()
      })
      while (!stream.aborted) {
        const data = outbox.shift()
        if (data !== undefined) await stream.writeSSE({ data })
        else {
          await new Promise<void>((resolve) => {
            const beat = setTimeout(resolve, BEAT_MS)
            wake = () => {
              clearTimeout(beat)
              resolve()
            }
          })
          if (outbox.length === 0 && !stream.aborted) await stream.write(': beat\n\n')
        }
      }
    })
  })

  app.get('/api/runs/:id/attempts/:number', async (context) => {
    const { run } = find(context.req.param('id'))
    return context.json(readAttemptDetail(run, Number(context.req.param('number'))))
  })

  app.get('/api/runs/:id/diff/:from/:to', async (context) => {
    const { id, from, to } = context.req.param()
    const read = await openDiffReader(find(id).run)
    return context.json(await read(from, to))
  })

  app.post('/api/runs/:id/steer', async (context) => {
    const { run } = find(context.req.param('id'))
    const { text } = textSchema.parse(await context.req.json())
    return context.json({ hash: await steerRun(run.config, text) })
  })

  app.post('/api/runs/:id/pause', async (context) =>
    context.json({ pid: await pauseRun(find(context.req.param('id')).run.config) }),
  )

  app.post('/api/runs/:id/resume', async (context) =>
    context.json({ pid: await resumeRun(find(context.req.param('id')).run.config) }),
  )

  app.post('/api/runs/:id/stop', async (context) => {
    const { run } = find(context.req.param('id'))
    const { now } = stopSchema.parse(await context.req.json())
    // It may take the length of a measurement: the page sees when it has ended.
    const pid = await new Promise<number | null>((resolve, reject) => {
      stopRun(run.config, { now }, resolve).then(resolve, reject)
    })
    return context.json({ pid })
  })

  app.get('/metrics', async (context) => {
    await Promise.all(hubs.map((hub) => hub.look()))
    const runs = hubs.map(({ run: { state, view } }) => {
      const { name: project } = view.facts
      return { project, state, isRunning: view.status.pid !== null }
    })
    return context.body(await renderMetrics(runs), 200, { 'content-type': METRICS_CONTENT_TYPE })
  })

  return app
}

const JSON_TYPE = { 'content-type': 'application/json' }
