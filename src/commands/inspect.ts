import { existsSync } from 'node:fs'
import { cp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import type { RunState } from '../journal.ts'
import type { Passage, SearchOptions } from '../knowledge/knowledge.ts'
import { createLocalEmbeddings } from '../knowledge/local-embeddings.ts'
import type { UnreadableDocument } from '../knowledge/open-knowledge.ts'
import { openKnowledgeBase, openLineage, openModel } from '../running/adapters.ts'
import { openSandboxes, type Sandboxes } from '../running/sandboxes.ts'
import type { DocumentUse } from '../state/document-use.ts'
import { openJournal } from '../storage/journal-file.ts'
import { readLockHolder } from '../storage/lock.ts'
import { toRunDirectory } from '../storage/run-directory.ts'
import { inScratch } from '../storage/scratch.ts'

/** A run as it stands, read without disturbing it. */
export interface RunReading {
  readonly state: RunState
  /** The process that runs it now; null when nobody does. */
  readonly pid: number | null
}

/** Reads a run's journal. A run that was never started has an empty state. */
export async function readRun(config: Config): Promise<RunReading> {
  const { events, lock } = toRunDirectory(config.recordsDirectory)
  const { state } = await openJournal(events, { readOnly: true })
  return { state, pid: readLockHolder(lock) }
}

/** A run that is read while it goes on. */
export interface FollowedRun {
  /** As it was when it was read last. */
  readonly reading: RunReading
  /** Reads what has come since, and says whether there was anything. */
  refresh(): Promise<boolean>
}

/** Follows a run, whoever writes it and however often that ends and begins again. */
export async function followRun(config: Config): Promise<FollowedRun> {
  const { events, lock } = toRunDirectory(config.recordsDirectory)
  let journal = await openJournal(events, { readOnly: true })
  let pid = readLockHolder(lock)
  return {
    get reading() {
      return { state: journal.state, pid }
    },
    async refresh() {
      const holder = readLockHolder(lock)
      const read = existsSync(events) || journal.state.startedAt !== null ? journal.readOn() : 0
      if (read === null) journal = await openJournal(events, { readOnly: true })
      const isNew = read !== 0 || holder !== pid
      pid = holder
      return isNew
    },
  }
}

/** Unified diff between two trees of the lineage. */
export async function readVersionDiff(config: Config, from: string, to: string): Promise<string> {
  return (await openDiffs(config))(from, to)
}

/** The same for many of them. */
export async function openDiffs(config: Config): Promise<(from: string, to: string) => Promise<string>> {
  if ((await stat(config.workspaceDirectory).catch(() => null)) === null)
    throw new AvoError(
      'storage',
      `the workspace ${config.workspaceDirectory} is gone`,
      'The lineage was in it: put it back from a copy.',
    )
  const lineage = await openLineage(config)
  return (from, to) => lineage.diff(from, to)
}

/** What a task's folders of documents have. */
export interface KnowledgeList {
  /** The documents that the agent would find. */
  readonly documents: readonly { readonly document: string; readonly title: string }[]
  readonly unreadable: readonly UnreadableDocument[]
}

/** The documents that the agent would find, with their titles, and the files that can't be read. */
export async function listKnowledge(config: Config): Promise<KnowledgeList> {
  return inScratch(tmpdir(), async (indexDirectory) => {
    // A list embeds nothing: it needs no key.
    const knowledge = await openKnowledgeBase(config, { indexDirectory, embeddings: createLocalEmbeddings() })
    return { documents: await knowledge.list(), unreadable: await knowledge.listUnreadable() }
  })
}

/** The passages that the agent would find, best first. */
export async function searchKnowledge(
  config: Config,
  query: string,
  options: SearchOptions,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  return inScratch(tmpdir(), async (indexDirectory) => {
    // A copy of the run's index: what is embedded is not paid twice, and a run that goes on is not disturbed.
    const { index } = toRunDirectory(config.recordsDirectory)
    await cp(index, indexDirectory, { recursive: true }).catch(() => undefined)
    const knowledge = await openKnowledgeBase(config, { indexDirectory })
    return knowledge.search(query, options, signal)
  })
}

/** A document that is there, or was, with what the run made of it. */
export interface DocumentReport extends DocumentUse {
  readonly isThere: boolean
}

/** What each document was good for, the cited ones first; then those that were never used. */
export async function readDocumentUse(config: Config): Promise<readonly DocumentReport[]> {
  const there = new Set((await listKnowledge(config)).documents.map(({ document }) => document))
  const { documents } = (await readRun(config)).state
  const used = new Set(documents.map(({ document }) => document))
  const unused = [...there].filter((document) => !used.has(document))
  return [...documents, ...unused.map((document) => ({ document, found: 0, read: 0, cited: 0 }))]
    .toSorted((a, b) => b.cited - a.cited || b.read - a.read || b.found - a.found)
    .map((use) => ({ ...use, isThere: there.has(use.document) }))
}

/** Asks the configured model for a word, and gives its name. Throws the provider's failure. */
export async function askModel(config: Config, signal: AbortSignal): Promise<string> {
  const model = await openModel(config, {})
  const content = [{ type: 'text' as const, text: 'Answer with the one word: ready' }]
  const patience = AbortSignal.timeout(config.llm.timeoutSeconds * 1_000)
  await model.respond(
    { system: 'You are being checked.', messages: [{ role: 'user', content }], tools: [] },
    AbortSignal.any([signal, patience]),
  )
  return model.name
}

/** What keeps the commands of a run apart, tried as a run tries it. Throws what a run would throw. */
export async function trySandboxes(config: Config): Promise<Sandboxes> {
  return inScratch(tmpdir(), (directory) => openSandboxes(config, directory))
}
