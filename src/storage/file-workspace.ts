import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../lineage.ts'
import { createEditable, droppingsOfSeed, droppingsOfSolution } from './editable.ts'
import { runGit } from './git.ts'
import { createNameMatcher, listFiles } from './list-files.ts'
import { requireEditableSeed, type SeedFiles } from './seed-files.ts'
import { requirePortable } from './solution-files.ts'
import type { TreeEntry, TreeStore } from './tree-store.ts'

/** The workspace of a lineage without git, and what seeding it needs. */
export interface FileWorkspace extends Workspace {
  /** Takes from the seed's tree the files that are not editable: they are part of every tree from here on. */
  begin(seed: string): Promise<void>
  /** Makes the workspace the seed and gives its tree. */
  plant(seed: SeedFiles): Promise<string>
}

export interface FileWorkspaceOptions {
  /** Absolute, links resolved. */
  readonly directory: string
  /** Where a diff's files are put for a moment. */
  readonly scratch: string
  readonly editable: readonly string[]
}

/** The agent's working copy, its files read anew at each snapshot. */
export function createFileWorkspace(store: TreeStore, options: FileWorkspaceOptions): FileWorkspace {
  const { directory, scratch, editable } = options
  const isEditable = createEditable(editable)
  const isDroppingOfSeed = createNameMatcher(droppingsOfSeed(editable))
  let isDropping = createNameMatcher(droppingsOfSolution(editable, []))
  /** What every tree holds besides the editable files. */
  let fixed: readonly TreeEntry[] = []

  return {
    directory,
    isEditable,
    async begin(seed) {
      beginWith(await store.readTree(seed))
    },
    async plant({ directory: seed, complete }) {
      const paths = listFiles(seed, complete ? (name) => name === '.git' : isDroppingOfSeed)
      requireEditableSeed(seed, paths, isEditable)
      const entries = await addFiles(seed, paths)
      beginWith(entries)
      await replaceFiles(entries)
      return store.addTree(entries)
    },
    async snapshot() {
      const paths = listEditable()
      for (const path of paths) requirePortable(directory, path)
      return store.addTree([...fixed, ...(await addFiles(directory, paths))])
    },
    async restore(tree) {
      await replaceFiles((await store.readTree(tree)).filter(({ path }) => isEditable(path)))
    },
    async export(tree, target) {
      for (const entry of await store.readTree(tree)) await store.writeEntry(entry, target)
    },
    async diff(from, to) {
      const [before, after] = [await store.readTree(from), await store.readTree(to)]
      return renderDiff(without(before, after), without(after, before))
    },
    async readFile(tree, path) {
      const entry = (await store.readTree(tree)).find((candidate) => candidate.path === path)
      return entry === undefined ? null : (await store.readContent(entry)).toString()
    },
  }

  function beginWith(seed: readonly TreeEntry[]): void {
    fixed = seed.filter(({ path }) => !isEditable(path))
    const paths = seed.map(({ path }) => path)
    isDropping = createNameMatcher(droppingsOfSolution(editable, paths))
  }

  function listEditable(): string[] {
    return listFiles(directory, isDropping).filter(isEditable)
  }

  async function addFiles(from: string, paths: readonly string[]): Promise<TreeEntry[]> {
    const entries: TreeEntry[] = []
    for (const path of paths) {
      const entry = await store.addFile(from, path)
      if (entry !== null) entries.push(entry)
    }
    return entries
  }

  /** Writes the files that differ and removes editable ones that are not among them. */
  async function replaceFiles(entries: readonly TreeEntry[]): Promise<void> {
    const present = listEditable()
    const wanted = new Set(entries.map(({ path }) => path))
    const unchanged = new Set((await addFiles(directory, present)).map(toKey))
    for (const path of present) if (!wanted.has(path)) await rm(join(directory, path), { force: true })
    for (const entry of entries) if (!unchanged.has(toKey(entry))) await store.writeEntry(entry, directory)
  }

  /** In git's words, from the files that differ; where git is not installed only their names. */
  async function renderDiff(before: readonly TreeEntry[], after: readonly TreeEntry[]): Promise<string> {
    if (before.length + after.length === 0) return ''
    const place = await mkdtemp(join(scratch, 'diff-'))
    try {
      for (const [name, entries] of [['a', before] as const, ['b', after] as const]) {
        await mkdir(join(place, name))
        for (const entry of entries) await store.writeEntry(entry, join(place, name))
      }
      const flags = [
        '--no-index',
        '--no-prefix',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
      ]
      const names = new Set([...before, ...after].map(({ path }) => `changed: ${path}\n`))
      const difference = runGit(['diff', ...flags, 'a', 'b'], { directory: place, accept: [0, 1] })
      return await difference.catch(() => [...names].join(''))
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }
}

function without(entries: readonly TreeEntry[], others: readonly TreeEntry[]): TreeEntry[] {
  const known = new Set(others.map(toKey))
  return entries.filter((entry) => !known.has(toKey(entry)))
}

function toKey({ path, kind, content }: TreeEntry): string {
  return `${kind} ${content} ${path}`
}
