import { existsSync, statSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains, type Version } from '../lineage.ts'
import { openLineage } from '../running/adapters.ts'
import { renderCommitMessage } from '../storage/commit-message.ts'
import { exportLineage } from '../storage/lineage-export.ts'
import { findPersonRepository, type PersonRepository, readIdentity } from '../storage/person-repository.ts'
import { inScratch } from '../storage/scratch.ts'
import { renderGain, renderPercent } from '../text.ts'
import { readRun } from './inspect.ts'

/** What is to be brought to the person's own repository, and how. */
export interface ExportRequest {
  /** By default the best. */
  readonly version?: number
  /** One commit in place of one for each version. */
  readonly squash: boolean
  /** A directory in that repository; by default the seed's. */
  readonly repository?: string
  /** A new branch there, or null: then they are wanted as mails. */
  readonly branch: string | null
}

/** What was brought, or can be. */
export interface ExportResult {
  readonly version: number
  /** A directory in the repository; null where the seed lies in none. */
  readonly repository: string | null
  readonly branch: string | null
  /** The commit of the person's that the new ones come after. */
  readonly base: string | null
  /** Whether the first of the new ones brings the seed, because none of the person's has its files as they were. */
  readonly bringsSeed: boolean
  /** Ids, oldest first. */
  readonly commits: readonly string[]
  /** The commits as mails, where no branch was wanted. */
  readonly patch: string | null
}

/**
 * Brings the lineage to the person's own repository, as a new branch or as a patch. Working tree, index, HEAD and hooks
 * there stay as they are. Throws an `AvoError` where there is nothing to bring or nowhere to bring it.
 */
export async function exportRun(config: Config, request: ExportRequest): Promise<ExportResult> {
  const versions = await readLineage(config)
  const chosen = chooseVersions(versions, request.version)
  const { state } = await readRun(config)
  const repository = await findRepository(config, request)
  const lineageObjects = join(config.workspaceDirectory, '.git', 'objects')
  return inScratch(tmpdir(), async (scratch) => {
    const made = await exportLineage({
      lineageObjects,
      repository,
      startsAt: startsOf(config),
      seed: { version: chosen.seed, message: renderCommitMessage(chosen.seed) },
      steps: request.squash
        ? [{ version: chosen.last, message: renderSquashed(config.projectName, chosen, state) }]
        : chosen.steps.map((version) => ({ version, message: renderCommitMessage(version) })),
      place: createPlace(config, repository?.prefix ?? ''),
      identity: await readIdentity(repository?.directory ?? dirname(config.file)),
      scratch,
    })
    const { branch } = request
    if (branch !== null) await made.createBranch(branch)
    const patch = branch === null ? await made.renderPatch() : null
    const { base, bringsSeed, commits } = made
    return {
      version: chosen.last.number,
      repository: repository?.directory ?? null,
      branch,
      base,
      bringsSeed,
      commits,
      patch,
    }
  })
}

interface Chosen {
  readonly seed: Version
  /** From v1 on. */
  readonly steps: readonly Version[]
  readonly last: Version
}

async function readLineage(config: Config): Promise<readonly Version[]> {
  if (!config.gitPersist)
    throw new AvoError(
      'usage',
      'this lineage is kept as files (git_persist: false): it has no commits to bring anywhere',
      `The best version's files are in ${config.workspaceDirectory}, once \`avo run\` has ended.`,
    )
  if (!existsSync(config.workspaceDirectory)) return []
  return (await openLineage(config)).versions
}

function chooseVersions(versions: readonly Version[], wanted: number | undefined): Chosen {
  const newest = versions.length - 1
  const number = wanted ?? newest
  const [seed, ...steps] = versions.slice(0, number + 1)
  const last = steps.at(-1)
  if (seed !== undefined && last !== undefined && last.number === number) return { seed, steps, last }
  if (number > newest && wanted !== undefined)
    throw new AvoError(
      'usage',
      `there is no v${number}`,
      `The newest version is v${newest}; avo log lists them.`,
    )
  throw new AvoError(
    'usage',
    'there is nothing to bring over but the seed',
    'avo status says how the run stands; v1 is the first version that is better.',
  )
}

async function findRepository(
  config: Config,
  { repository: named, branch }: ExportRequest,
): Promise<PersonRepository | null> {
  const home = seedHome(config)
  const ofSeed = home === null ? null : await findPersonRepository(home)
  if (named === undefined) {
    if (ofSeed !== null || branch === null) return ofSeed
    throw new AvoError(
      'usage',
      home === null
        ? 'the seed came from an address or a bundle'
        : `the seed in ${home} lies in no git repository`,
      'Name one with --repository DIR, a clone of it as a rule, or take --patch FILE.',
    )
  }
  const isDirectory = (await stat(named).catch(() => null))?.isDirectory() === true
  const found = isDirectory ? await findPersonRepository(named) : null
  if (found === null) throw new AvoError('usage', `${named} is no directory of a git repository`)
  if (found.gitDirectory === (await realpath(join(config.workspaceDirectory, '.git'))))
    throw new AvoError(
      'usage',
      `${named} is the workspace of the run itself`,
      'Name a repository of your own.',
    )
  // Where the seed lies in it, that says better than the directory where the files belong.
  return ofSeed?.objectsDirectory === found.objectsDirectory ? { ...found, prefix: ofSeed.prefix } : found
}

/** The directory on this machine that the seed lies in. */
function seedHome({ seed }: Config): string | null {
  if (seed.kind === 'file') return dirname(seed.path)
  if (seed.kind === 'directory') return seed.path
  return statSync(seed.url, { throwIfNoEntry: false })?.isDirectory() === true ? seed.url : null
}

/** Commits that the seed may be from. */
function startsOf({ seed }: Config): readonly string[] {
  const ref = seed.kind === 'repository' ? seed.ref : undefined
  return ref === undefined ? ['HEAD'] : [ref, `origin/${ref}`, 'HEAD']
}

/** A solution of one file has a name of its own in the workspace. */
function createPlace({ seed }: Config, prefix: string): (path: string) => string {
  if (seed.kind !== 'file') return (path) => `${prefix}${path}`
  return (path) => `${prefix}${path === seed.as ? basename(seed.path) : path}`
}

/** One message for all steps: what they gained together, each with its subject, and the trailers of the last one. */
function renderSquashed(project: string, { steps, last }: Chosen, { comparison }: RunState): string {
  const direct = comparison?.version === last.number ? comparison : null
  const gain = direct?.gain ?? multiplyGains(steps)
  const measured =
    direct?.gain == null
      ? `The gains of the steps multiply to ${renderPercent(gain)}.`
      : `Against the seed it was measured directly: ${renderGain(direct.gain, direct.interval)}.`
  const subjects = steps.map((version) => renderCommitMessage(version).split('\n', 1)[0])
  const { evidence: _ofLastStep, ...record } = last
  const costs = steps.map(({ costUsd }) => costUsd)
  const costUsd = costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
  const summary = `${project} as of v${last.number}\n\n${measured}\n\n${subjects.join('\n')}`
  return renderCommitMessage({ ...record, summary, gain, costUsd })
}
