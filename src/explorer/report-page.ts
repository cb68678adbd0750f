import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { replaceFile } from '../storage/durable-file.ts'
import { shorten } from './columns.ts'
import type { PageData } from './page-data.ts'
import { readPageBundle, renderPage } from './page-file.ts'
import { openDiffReader, readAttemptDetail, readWords } from './read-details.ts'
import { packView } from './run-patch.ts'
import { type WatchedRun, watchRun } from './watched-run.ts'

/** What goes into the file besides the views and the diffs of the lineage. */
export interface ReportPageOptions {
  /** Everything that is known of each attempt, what was said in it included: it may be much. */
  readonly transcripts?: boolean
}

/** Of all diffs of a run: those of its newest versions come first. */
const MAX_DIFF_CHARACTERS = 8_000_000

/**
 * Writes the explorer's page with some runs as one file, which opens from the disk and loads nothing. Gives its size in bytes.
 *
 * @throws {AvoError} `usage` where none of the runs was started, `storage` where the file can't be written.
 */
export async function writeReportPage(
  configs: readonly Config[],
  file: string,
  { transcripts = false }: ReportPageOptions = {},
): Promise<{ readonly bytes: number }> {
  const bundle = await readPageBundle()
  const runs: PageData['runs'][number][] = []
  for (const [index, config] of configs.entries()) {
    const run = await watchRun(config, String(index + 1), false)
    if (run.state.startedAt === null) continue
    const { problem } = run.view.status
    if (problem !== null) throw new AvoError('journal', problem)
    const said = transcripts ? readWords(run) : []
    const attempts = transcripts
      ? run.view.attempts.map(({ number }) => readAttemptDetail(run, number, said))
      : []
    runs.push({ view: packView(run.view), diffs: await readDiffs(run), attempts })
  }
  const [first] = runs
  if (first === undefined) throw new AvoError('usage', 'nothing was run here yet', '`avo run` starts it.')
  const data: PageData = { writtenAt: new Date().toISOString(), runs }
  const title = runs.length === 1 ? `${first.view.facts.name} · avo` : 'avo'
  const { html } = renderPage(bundle, title, JSON.parse(JSON.stringify(data, shorten)))
  try {
    replaceFile(file, html)
  } catch (cause) {
    throw new AvoError(
      'storage',
      `can't write ${file}`,
      'Name a file in a directory that you may write to.',
      { cause },
    )
  }
  return { bytes: Buffer.byteLength(html) }
}

/** Of each version with the one before and with the one that the work on it began from, and of the newest with the seed. */
async function readDiffs(run: WatchedRun): Promise<PageData['runs'][number]['diffs']> {
  const newest = run.view.versions.length - 1
  const pairs = run.view.versions
    .slice(1)
    .toReversed()
    .flatMap(({ number, base }) =>
      [...new Set([base ?? number - 1, number - 1])].map((from) => [`v${from}`, `v${number}`] as const),
    )
  const isThere = pairs.some(([from, to]) => from === 'v0' && to === `v${newest}`)
  const wanted = newest < 1 || isThere ? pairs : [['v0', `v${newest}`] as const, ...pairs]
  const diffs: PageData['runs'][number]['diffs'][number][] = []
  const read = await openDiffReader(run)
  let room = MAX_DIFF_CHARACTERS
  for (const [from, to] of wanted) {
    const reply = await read(from, to)
    room -= reply.diff.length
    if (room < 0) break
    diffs.push({ ...reply, from, to })
  }
  return diffs
}
