import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import type { Config } from './config/config.ts'
import { AvoError, toMessage } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import { removeScratch } from './evaluation/scratch.ts'
import { evolve } from './evolve.ts'
import type { Journal } from './journal.ts'
import type { ModelClient } from './model/model.ts'
import { type ModelSource, openHooks, openKnowledgeBase, openLineage } from './running/adapters.ts'
import { configurationsOf, createEvolution, type Parts } from './running/create-evolution.ts'
import type { LiveConfig } from './running/live-config.ts'
import { recordForeign } from './running/person-changes.ts'
import { nameSandboxes, noticesOfSandboxes, openSandboxes } from './running/sandboxes.ts'
import { openSession } from './running/session.ts'
import { removeTree } from './sandbox/remove-tree.ts'
import type { StopReason } from './stop.ts'
import { explainFailure } from './storage/full-disk.ts'
import { type JournalFile, openJournal } from './storage/journal-file.ts'
import { acquireLock } from './storage/lock.ts'
import { endPause } from './storage/pause.ts'
import { reconcile } from './storage/reconcile.ts'
import { openRunDirectory } from './storage/run-directory.ts'
import { openTelemetry } from './telemetry/telemetry.ts'

/** What a run lives on besides its task. */
export interface RunOptions extends ModelSource {
  /** By default the machine's. */
  readonly clock?: Clock
}

/** A run that is open for writing: nobody else can open it before it is closed. */
export interface Run {
  /** The settings in use: those that it was opened with, until it takes over others. */
  readonly config: Config
  readonly journal: Journal
  /**
   * Runs the algorithm until a cap is reached or the signal aborts, and says why it ended. An `AvoError` means that it
   * can't go on; what was done is recorded, and the next start goes on from there.
   */
  start(signal: AbortSignal): Promise<StopReason>
  /** Gives up the lock. */
  close(): void
}

/** Opens a task's run: a new one, or the one that was begun there. */
export async function openRun(config: Config, options: RunOptions = {}): Promise<Run> {
  return open(config, options).catch((error: unknown) => {
    throw explainFailure(error, disksOf(config))
  })
}

async function open(config: Config, options: RunOptions): Promise<Run> {
  const { clock = SYSTEM_CLOCK } = options
  const directory = await openRunDirectory(config.recordsDirectory)
  const unlock = await acquireLock(directory.lock)
  try {
    const journal = await openJournal(directory.events, { clock })
    try {
      const lineage = await openLineage(config, true)
      await emptyDirectory(directory.tmp)
      // Whoever starts a run wants it to go on.
      endPause(directory.pause)
      await removeScratch(directory.tmp)
      let settings: Pick<LiveConfig, 'current'> = { current: config }
      return {
        get config() {
          return settings.current
        },
        journal,
        async start(signal) {
          const hooks = openHooks(config, journal)
          const telemetry = await openTelemetry(journal, config.projectName)
          try {
            const session = await openSession(config, options, journal, clock)
            settings = session.settings
            return await start(config, options, { directory, journal, lineage, session }, signal)
          } catch (error) {
            throw explainFailure(error, disksOf(config))
          } finally {
            await hooks.close()
            await telemetry.close()
          }
        },
        close() {
          journal.close()
          unlock()
        },
      }
    } catch (error) {
      journal.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Joins every port with its adapter and runs the algorithm. */
async function start(
  config: Config,
  options: RunOptions,
  opened: Pick<Parts, 'directory' | 'lineage' | 'session'> & { readonly journal: JournalFile },
  signal: AbortSignal,
): Promise<StopReason> {
  const { directory, journal, lineage, session } = opened
  const { model } = session
  const best = journal.state.versions.at(-1) ?? lineage.versions.at(-1)
  const sandboxes = await openSandboxes(config, join(directory.tmp, 'sandbox'))
  const evaluator = await createEvaluator(
    {
      scorer: config.scorer,
      snapshotDirectory: directory.scorer,
      temporaryDirectory: directory.tmp,
      sandbox: sandboxes.candidate,
      readable: config.readable,
      domains: config.network.scorer,
      workspace: lineage,
      ...(best === undefined
        ? {}
        : { known: { scorer: best.scorer, configurations: configurationsOf(best) } }),
    },
    signal,
  )
  journal.record({
    type: 'run.started',
    project: config.projectName,
    provider: config.llm.provider,
    model: model.name,
    scorer: evaluator.scorer,
    sandbox: nameSandboxes(sandboxes),
    resumed: journal.state.startedAt !== null,
    budget: config.budget,
  })
  for (const text of [...journal.notices, ...noticesOf(model), ...noticesOfSandboxes(config, sandboxes)])
    journal.record({ type: 'notice.given', level: 'warning', text })

  try {
    await reconcile(journal, lineage)
    await recordForeign(lineage, journal)
    const knowledge = await openKnowledgeBase(config, {
      ...options,
      onUnreadable: ({ document, problem }) =>
        journal.record({
          type: 'notice.given',
          level: 'warning',
          text: `${document} is left out of the knowledge base: it ${problem}`,
        }),
    })
    const parts: Parts = { config, ...opened, sandboxes, evaluator, knowledge }
    return await evolve(await createEvolution(parts), signal)
  } catch (error) {
    return end(journal, explainFailure(error, disksOf(config)), signal)
  }
}

/** Records why a run could not go on. Being stopped is an end like any other; a failure is passed on. */
function end(journal: Journal, error: unknown, signal: AbortSignal): StopReason {
  const stopped = signal.aborted && !(error instanceof AvoError)
  const reason: StopReason = stopped
    ? { kind: 'interrupted', message: 'it was stopped' }
    : { kind: 'failed', message: toMessage(error) }
  try {
    journal.record({ type: 'run.ended', reason })
  } catch (unwritten) {
    // Where the disk is full, that is what the person must know, and what went wrong first says it best.
    throw stopped ? unwritten : error
  }
  if (stopped) return reason
  throw error
}

/** Where a run writes. */
function disksOf({ workspaceDirectory, recordsDirectory }: Config): readonly string[] {
  return [workspaceDirectory, recordsDirectory]
}

/** What a process that was killed left unfinished. */
async function emptyDirectory(path: string): Promise<void> {
  await removeTree(path)
  await mkdir(path)
}

function noticesOf(model: ModelClient): readonly string[] {
  return model.priced
    ? []
    : [`the price of ${model.name} is unknown: costs are not counted; llm.price in avo.yaml sets it`]
}
