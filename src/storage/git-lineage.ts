import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createEditable, droppingsOfSeed, droppingsOfSolution } from './editable.ts'
import { keepAttempt, keepFound, readAttempts } from './git-attempts.ts'
import { keepEvaluated, readEvaluated, readEvaluations } from './git-candidates.ts'
import { packIfDue } from './git-packing.ts'
import { openGitRepository } from './git-repository.ts'
import { writeSeedTree } from './git-seed.ts'
import { commitVersion, readVersions, tendRefs } from './git-versions.ts'
import { createGitWorkspace } from './git-workspace.ts'
import { openRunDirectory } from './run-directory.ts'
import type { LineageOptions, StoredLineage } from './stored-lineage.ts'

/**
 * The lineage as a git repository of its own, in the workspace: a commit and a tag `avo/vN` for each version, and under
 * `refs/avo/attempts` what every attempt submitted, under `refs/avo/evaluated` what it evaluated. Throws an `AvoError`
 * (`storage`) where the directory holds something else, or where somebody else changed the branch.
 */
export async function openGitLineage(options: LineageOptions): Promise<StoredLineage> {
  const { editable } = options
  const isEditable = createEditable(editable)
  const { tmp, directory } = await openRunDirectory(options.recordsDirectory)
  const records = await realpath(directory)
  const repository = await openGitRepository(options)
  const versions = await readVersions(repository)
  await excludeDroppings(versions[0]?.tree)
  const workspace = createGitWorkspace({
    repository,
    index: join(records, 'git-index'),
    scratch: tmp,
    isEditable,
    head: () => versions.at(-1)?.tree,
  })

  return {
    ...workspace,
    versions,
    async commit(solution, record) {
      const version = await commitVersion(repository, versions, solution, record)
      versions.push(version)
      await repository.tidyIndex()
      return version
    },
    async keep(attempt, solution, costUsd) {
      await keepAttempt(repository, versions.at(-1)?.commit, { ...solution, attempt, costUsd })
      // It can wait: where it fails, the next attempt comes by here.
      await packIfDue(repository).catch(() => undefined)
    },
    async keepEvaluated(place, candidate) {
      await keepEvaluated(repository, versions.at(-1)?.commit, place, candidate)
      await packIfDue(repository).catch(() => undefined)
    },
    readEvaluated: (place) => readEvaluated(repository, place),
    async keepFiles() {
      const found = { tree: await workspace.snapshot(), summary: 'files as they were found' }
      return keepFound(repository, versions.at(-1)?.commit, found)
    },
    readAttempts: () => readAttempts(repository),
    readEvaluations: () => readEvaluations(repository),
    tend: () => tendRefs(repository, versions),
    async seed(source) {
      const scratch = await mkdtemp(join(tmp, 'seed-'))
      try {
        const droppings = droppingsOfSeed(editable)
        const tree = await writeSeedTree(repository, source, { scratch, droppings, isEditable })
        await excludeDroppings(tree)
        await workspace.restore(tree)
        return { tree, summary: 'seed' }
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    },
  }

  async function excludeDroppings(seed: string | undefined): Promise<void> {
    const listing = seed === undefined ? '' : await repository.run(['ls-tree', '-rz', '--name-only', seed])
    await repository.exclude(droppingsOfSolution(editable, listing.split('\0')))
  }
}
