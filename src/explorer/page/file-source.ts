import type { PageData } from '../page-data.ts'
import { unpackView } from '../run-patch.ts'
import { toSummary } from '../run-summary.ts'
import { type RunSource, SourceError } from './source.ts'

const SERVED = 'avo explore shows it, on the machine that has the run.'

/** What the page's own file has with it. */
export function createFileSource({ runs }: PageData): RunSource {
  const views = new Map(runs.map(({ view }) => [view.id, unpackView(view)]))
  const find = (id: string): PageData['runs'][number] => {
    const run = runs.find(({ view }) => view.id === id)
    if (run === undefined) throw new SourceError('There is no such run in this file.')
    return run
  }
  return {
    actions: null,
    listRuns: async () => [...views.values()].map(toSummary),
    follow(id, show, tell) {
      const view = views.get(id)
      if (view !== undefined) queueMicrotask(() => show(view))
      tell('file')
      return () => undefined
    },
    async readAttempt(id, number) {
      const detail = find(id).attempts.find((attempt) => attempt.number === number)
      if (detail === undefined) throw new SourceError('This file was written without transcripts.', SERVED)
      return detail
    },
    async readDiff(id, from, to) {
      const known = find(id).diffs.find((diff) => diff.from === from && diff.to === to)
      if (known === undefined)
        throw new SourceError(
          `This file has no diff from ${from} to ${to}: it has those of each version with the one before and with the one that it was made from, and of the newest with the seed, the newest versions first, as far as there was room.`,
          SERVED,
        )
      return known
    },
  }
}

/** The data in the page's file; null where it has none. */
export async function readPageData(): Promise<PageData | null> {
  const element = document.getElementById('data')
  if (element === null) return null
  const packed = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).json()
}
