/** Files of a git tree: `mode id` by path. */
export type TreeListing = ReadonlyMap<string, string>

/** Reads what `git ls-tree -r -z` prints. */
export function parseTreeListing(text: string): TreeListing {
  return new Map(
    text
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const tab = entry.indexOf('\t')
        const [mode = '', , id = ''] = entry.slice(0, tab).split(' ')
        return [entry.slice(tab + 1), `${mode} ${id}`]
      }),
  )
}

/** What `git update-index -z --index-info` takes to get from one listing to another. */
export function renderIndexChanges(from: TreeListing, to: TreeListing): string {
  const removed = [...from.keys()].filter((path) => !to.has(path))
  const written = [...to].filter(([path, entry]) => from.get(path) !== entry)
  return [
    ...removed.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`),
    ...written.map(([path, entry]) => `${entry}\t${path}\0`),
  ].join('')
}

/** Whether a listing has every file of another, the same to the byte. */
export function holdsAll(listing: TreeListing, files: TreeListing): boolean {
  return [...files].every(([path, entry]) => listing.get(path) === entry)
}
