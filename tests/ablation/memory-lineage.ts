import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CandidatePlace, EvaluatedCandidate, Version } from '../../src/lineage.ts'
import type { StoredLineage } from '../../src/storage/stored-lineage.ts'

/**
 * A lineage that lives as long as the process, for a solution of one file whose number of lines never changes: the file lies
 * in a real directory, where the agent's tools write it, and no git is run for a difference.
 */
export async function memoryLineage(directory: string, path: string, seed: string): Promise<StoredLineage> {
  const file = join(directory, path)
  const contents = new Map<string, string>()
  const versions: Version[] = []
  const evaluated = new Map<string, EvaluatedCandidate>()
  const keyOf = ({ attempt, evaluation }: CandidatePlace): string => `${attempt}.${evaluation}`
  await mkdir(directory, { recursive: true })

  function take(content: string): string {
    const tree = createHash('sha256').update(content).digest('hex').slice(0, 40)
    contents.set(tree, content)
    return tree
  }

  function read(tree: string): string {
    const content = contents.get(tree)
    if (content === undefined) throw new RangeError(`there is no tree ${tree}`)
    return content
  }

  async function restore(tree: string): Promise<void> {
    const wanted = read(tree)
    if (wanted !== (await readFile(file, 'utf8').catch(() => null))) await writeFile(file, wanted)
  }

  return {
    directory,
    versions,
    isEditable: (name) => name === path,
    snapshot: async () => take(await readFile(file, 'utf8')),
    restore,
    export: (tree, target) => writeFile(join(target, path), read(tree)),
    diff: async (from, to) => (from === to ? '' : renderDiff(path, read(from), read(to))),
    readFile: async (tree, name) => (name === path ? read(tree) : null),
    async commit(solution, record) {
      const place = { number: versions.length, commit: solution.tree, committedAt: new Date().toISOString() }
      const version = { ...solution, ...record, ...place }
      versions.push(version)
      return version
    },
    keep: async () => undefined,
    async keepEvaluated(place, candidate) {
      evaluated.set(keyOf(place), candidate)
    },
    readEvaluated: async (place) => evaluated.get(keyOf(place)) ?? null,
    keepFiles: async () => 'in memory',
    readAttempts: async () => [],
    readEvaluations: async () => new Map(),
    tend: async () => null,
    async seed() {
      const tree = take(seed)
      await restore(tree)
      return { tree, summary: 'seed' }
    },
  }
}

/** As git has it, each line against the one at its place. */
function renderDiff(path: string, from: string, to: string): string {
  const before = from.split('\n')
  const lines = to.split('\n').flatMap((line, at) => {
    const old = before[at] ?? ''
    return line === old ? [` ${line}`] : [`-${old}`, `+${line}`]
  })
  const place = `1,${before.length}`
  return [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${place} +${place} @@`,
    ...lines,
  ].join('\n')
}
