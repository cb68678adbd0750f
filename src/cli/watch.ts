import { setTimeout as delay } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import { renderTime } from '../text.ts'
import { renderStanding, renderStatus } from './render-status.ts'
import { type Standing, toJson, type WatchedStanding } from './standing.ts'
import { toPlain } from './style.ts'
import { writeData } from './task.ts'

/** Between two looks at a run's records. */
const LOOK_EVERY_MS = 250
/** Between two pictures of a run in which nothing happens: its clock goes on. */
const DRAW_EVERY_MS = 1_000
/** The part of the time that looking may take, however long the records are. */
const LOOKING_SHARE = 0.2

/** Shows something as it changes. */
interface Screen {
  show(standing: Standing): void
  /** Whether it shows what time it is. */
  readonly hasClock: boolean
  close(): void
}

/**
 * Shows how a run stands until the person ends it or the reader has gone: a page that is drawn anew on a terminal, elsewhere a
 * line for each change. Throws what reading the run throws.
 */
export async function watch(run: WatchedStanding, { isJson }: { readonly isJson: boolean }): Promise<void> {
  const { stdout } = process
  const ending = new AbortController()
  const end = (): void => ending.abort()
  const screen = isJson
    ? jsonScreen()
    : stdout.isTTY && stdout.columns > 0
      ? pageScreen(stdout)
      : lineScreen()
  process.on('SIGINT', end).on('SIGTERM', end)
  stdout.once('error', end)
  try {
    screen.show(await run.now())
    let drawnAt = performance.now()
    let tookMs = 0
    while (!ending.signal.aborted) {
      await rest(Math.max(LOOK_EVERY_MS, tookMs / LOOKING_SHARE), ending.signal)
      const startedAt = performance.now()
      const isNew = await run.refresh()
      if (isNew || (screen.hasClock && startedAt - drawnAt >= DRAW_EVERY_MS)) {
        screen.show(await run.now())
        drawnAt = startedAt
      }
      tookMs = performance.now() - startedAt
    }
  } finally {
    screen.close()
    process.off('SIGINT', end).off('SIGTERM', end)
    stdout.off('error', end)
  }
}

/** One page that is drawn over. */
function pageScreen(stream: NodeJS.WriteStream): Screen {
  const page = createLogUpdate(stream)
  return {
    hasClock: true,
    show: (standing) => page(renderStatus(standing)),
    close: () => page.done(),
  }
}

/** A line for each change, for a file or another program. */
function lineScreen(): Screen {
  let last = ''
  return {
    hasClock: false,
    show(standing) {
      const line = renderStanding(standing)
      if (line === last) return
      last = line
      writeData(`${renderTime(standing.now)} ${toPlain(line)}`)
    },
    close: () => undefined,
  }
}

function jsonScreen(): Screen {
  return {
    hasClock: false,
    show: (standing) => writeData(JSON.stringify(toJson(standing))),
    close: () => undefined,
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
