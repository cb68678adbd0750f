import type { Preview } from '../gate/preview.ts'
import type { Journal } from '../journal.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Candidates, Version, Workspace } from '../lineage.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Direction } from '../score.ts'
import { createEarlierEvaluations } from './earlier-evaluations.ts'
import { createReaddedRemark } from './readded-remark.ts'
import type { WordIndex } from './search-past.ts'
import type { Tool } from './tool.ts'
import {
  createReadAttempt,
  createSearchAttempts,
  createTakeUpAttempt,
  type PastAttempts,
} from './tools/attempts.ts'
import { createEditFile } from './tools/edit-file.ts'
import { createEvaluate } from './tools/evaluate.ts'
import { createReadKnowledge, createSearchKnowledge } from './tools/knowledge.ts'
import { createReadVersion, createRevert, createViewLineage } from './tools/lineage.ts'
import { createListFiles } from './tools/list-files.ts'
import { createNote } from './tools/note.ts'
import { createReadFile, OUTPUT_PREFIX, SCORER_PREFIX } from './tools/read-file.ts'
import { createRunShell } from './tools/run-shell.ts'
import { createSearchFiles } from './tools/search-files.ts'
import { createSubmit } from './tools/submit.ts'
import { createWriteFile } from './tools/write-file.ts'

/** Everything that the agent can do, in the order in which it is told. */
export function createTools(options: {
  readonly workspace: Workspace
  /** What past attempts evaluated. */
  readonly candidates: Candidates
  readonly journal: Journal
  /** An empty index, for searching past attempts. */
  readonly createIndex: () => WordIndex
  readonly knowledge: Knowledge
  readonly sandbox: Sandbox
  /** Where long outputs of `run_shell` are kept. */
  readonly outputsDirectory: string
  /** The scorer's files, where the task lets the agent see them. */
  readonly scorerDirectory: string | null
  readonly best: () => Version
  readonly measure: (tree: string, best: Version, signal: AbortSignal) => Promise<Preview>
  readonly direction: Direction
  /** Whether an attempt is over when this turn is. */
  readonly isLastTurn: () => boolean
}): readonly Tool[] {
  const {
    workspace,
    candidates,
    journal,
    createIndex,
    knowledge,
    sandbox,
    outputsDirectory,
    scorerDirectory,
    best,
    measure,
    direction,
    isLastTurn,
  } = options
  const { directory } = workspace
  const snapshot = (): Promise<string> => workspace.snapshot()
  const folders = {
    [OUTPUT_PREFIX]: outputsDirectory,
    ...(scorerDirectory === null ? {} : { [SCORER_PREFIX]: scorerDirectory }),
  }
  const earlier = createEarlierEvaluations({ journal, workspace, candidates })
  const readded = createReaddedRemark(workspace, candidates, journal)
  const past: PastAttempts = { workspace, candidates, journal, createIndex }
  return [
    createListFiles(workspace),
    createReadFile(directory, folders),
    createWriteFile(workspace),
    createEditFile(workspace),
    createSearchFiles(directory, sandbox),
    createRunShell(directory, outputsDirectory, sandbox),
    createEvaluate({ snapshot, measure, best, direction, journal, earlier, readded }),
    createSearchKnowledge(knowledge, journal.state),
    createReadKnowledge(knowledge),
    createViewLineage(journal.state),
    createReadVersion(workspace, journal.state),
    createRevert(workspace, journal.state),
    createSearchAttempts(past),
    createReadAttempt(past),
    createTakeUpAttempt(past),
    createNote(journal),
    createSubmit({ snapshot, state: journal.state, knowledge, readded, isLastTurn }),
  ]
}
