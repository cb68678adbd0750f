import { openDiffs } from '../commands/inspect.ts'
import { AvoError } from '../errors.ts'
import { readConversation, type Said } from '../storage/conversation-file.ts'
import { toRunDirectory } from '../storage/run-directory.ts'
import { type AttemptDetail, toAttemptDetail } from './attempt-detail.ts'
import type { WatchedRun } from './watched-run.ts'

/** Of a diff: what is longer is told of. */
const MAX_DIFF_CHARACTERS = 2_000_000

/** Files that two names stand for, and how they differ. */
export interface DiffReply {
  readonly diff: string
  /** How many characters are left out at its end. */
  readonly left: number
}

/** What is still there of what agent and harness said to each other. */
export function readWords({ config }: WatchedRun): readonly Said[] {
  return readConversation(toRunDirectory(config.recordsDirectory).conversation)
}

/**
 * @param said what was read before, where many attempts are
 * @throws {AvoError} `usage` where there is no such attempt.
 */
export function readAttemptDetail(
  run: WatchedRun,
  number: number,
  said: readonly Said[] = readWords(run),
): AttemptDetail {
  const record = run.state.ledger.find((one) => one.number === number)
  if (record === undefined && run.state.attempt?.number !== number)
    throw new AvoError('usage', `there is no attempt ${number}`)
  return toAttemptDetail(number, run.readAttempt(number), said, record)
}

/**
 * Makes the function that says how the files of two versions or attempts differ: `v3`, or `a12` for what attempt 12 submitted.
 * It throws an `AvoError` `usage` where there are no such files.
 */
export async function openDiffReader(
  run: WatchedRun,
): Promise<(from: string, to: string) => Promise<DiffReply>> {
  const read = await openDiffs(run.config)
  return async (from, to) => {
    const diff = await read(treeOf(run, from), treeOf(run, to))
    return { diff: diff.slice(0, MAX_DIFF_CHARACTERS), left: Math.max(0, diff.length - MAX_DIFF_CHARACTERS) }
  }
}

function treeOf({ state }: WatchedRun, name: string): string {
  const [, kind, digits] = /^([va])(\d+)$/.exec(name) ?? []
  const number = Number(digits)
  const tree =
    kind === 'v'
      ? state.versions[number]?.tree
      : (state.ledger.find((record) => record.number === number)?.solution?.tree ??
        (state.attempt?.number === number ? state.attempt.solution?.tree : undefined))
  if (kind === undefined) throw new AvoError('usage', `${name.slice(0, 20)} is no version and no attempt`)
  if (tree !== undefined) return tree
  throw new AvoError(
    'usage',
    kind === 'v'
      ? `there is no v${number}`
      : `attempt ${number} has submitted nothing that could be compared`,
  )
}
