import { shorten } from './columns.ts'
import { packView, type RunPatch } from './run-patch.ts'
import type { RunView } from './run-view.ts'
import type { WatchedRun } from './watched-run.ts'

/** How often a run is looked at while somebody watches. */
const LOOK_MS = 300

/** Looks at a run for all who watch it. */
export interface RunHub {
  readonly run: WatchedRun
  /** The whole view as JSON, made once for all who ask before it changes. */
  readonly viewJson: string
  /** Reads what is new now, and tells those who watch. */
  look(): Promise<void>
  /** Tells of every change from now on; the function that comes back ends it. */
  subscribe(listener: (patch: RunPatch) => void): () => void
  close(): void
}

/** Nobody watches, nothing is read. */
export function createRunHub(run: WatchedRun): RunHub {
  const listeners = new Set<(patch: RunPatch) => void>()
  const packed = { view: run.view, json: pack(run.view) }
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null

  async function lookOnce(): Promise<void> {
    const patch = await run.refresh()
    if (patch !== null) for (const listener of listeners) listener(patch)
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
    run,
    get viewJson() {
      if (packed.view !== run.view) Object.assign(packed, { view: run.view, json: pack(run.view) })
      return packed.json
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
