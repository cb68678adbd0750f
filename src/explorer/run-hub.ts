import { shorten } from './columns.ts'
import { packView } from './run-patch.ts'
import type { RunView } from './run-view.ts'
import type { WatchedRun } from './watched-run.ts'

/** How often a run is looked at while somebody watches. */
const LOOK_MS = 300

/** Looks at a run for all who watch it. */
export interface RunHub {
  readonly run: WatchedRun
  /** The whole view as a message for the page, made once for all who ask before it changes. */
  readonly viewMessage: string
  /** Reads what is new now, and tells those who watch. */
  look(): Promise<void>
  /** Tells of every change from now on, as a message for the page; the function that comes back ends it. */
  subscribe(listener: (message: string) => void): () => void
  close(): void
}

/**
 * Where nobody watches, nothing is read.
 *
 * @param open opens the run; again where its records have begun anew
 */
export async function createRunHub(open: () => Promise<WatchedRun>): Promise<RunHub> {
  let run = await open()
  const listeners = new Set<(message: string) => void>()
  const packed = { view: run.view, json: pack(run.view) }
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null

  async function lookOnce(): Promise<void> {
    const patch = await run.refresh()
    if (run.isBegunAnew) {
      run = await open()
      tell(viewMessage())
    } else if (patch !== null) tell(JSON.stringify({ patch }, shorten))
  }

  function tell(message: string): void {
    for (const listener of listeners) listener(message)
  }

  function viewMessage(): string {
    if (packed.view !== run.view) Object.assign(packed, { view: run.view, json: pack(run.view) })
    return `{"view":${packed.json}}`
  }

  /** One after the other: each change is told once. */
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = null
    })
    return looking
  }

  function stopLooking(): void {
    if (timer !== null) clearInterval(timer)
    timer = null
  }

  return {
    get run() {
      return run
    },
    get viewMessage() {
      return viewMessage()
    },
    look,
    subscribe(listener) {
      listeners.add(listener)
      timer ??= setInterval(() => void look().catch(() => undefined), LOOK_MS)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stopLooking()
      }
    },
    close() {
      listeners.clear()
      stopLooking()
    },
  }
}

function pack(view: RunView): string {
  return JSON.stringify(packView(view), shorten)
}
