import type { RunSummary } from '../run-view.ts'

/**
 * What runs are called, in their order. Repeats of a task share its name: they are told apart by the folders that they lie in,
 * as many as it takes.
 */
export function nameRuns(
  runs: readonly { readonly facts: Pick<RunSummary['facts'], 'name' | 'directory'> }[],
): readonly string[] {
  return runs.map(({ facts: { name, directory } }) => {
    const namesakes = runs.filter(({ facts }) => facts.name === name).map(({ facts }) => facts.directory)
    return namesakes.length === 1 ? name : `${name} (${placeOf(directory, namesakes)})`
  })
}

/** The last folders of a path that tell all of some paths apart; the whole path where no folders do. */
function placeOf(path: string, paths: readonly string[]): string {
  const parts = path.split('/').length
  for (let depth = 1; depth < parts; depth++)
    if (new Set(paths.map((one) => foldersOf(one, depth))).size === paths.length)
      return foldersOf(path, depth)
  return path
}

function foldersOf(path: string, depth: number): string {
  return path.split('/').slice(0, -1).slice(-depth).join('/')
}
