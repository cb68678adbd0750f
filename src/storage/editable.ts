import picomatch from 'picomatch'

/** What only machines write. It is never part of a seed or a solution, unless a glob names it. */
const DROPPINGS = [
  '__pycache__',
  '*.pyc',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '.venv',
  'node_modules',
  '*.o',
  '*.swp',
  '.DS_Store',
]

/** Where builds put what they make. A person may keep sources under these names too: where the seed has one, it stays. */
const BUILD_DIRECTORIES = ['target', 'build']

/**
 * Whether a path relative to the workspace is editable. A glob that names a directory means all that is in it, one that
 * begins with `!` takes files away; git's own directories and paths that leave the workspace never are.
 */
export function createEditable(globs: readonly string[]): (path: string) => boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!'))
  const unwanted = globs.flatMap((glob) => (glob.startsWith('!') ? [glob.slice(1)] : []))
  const matches = picomatch(wanted.flatMap(withContents), {
    dot: true,
    ignore: unwanted.flatMap(withContents),
  })
  return (path) => !isOutOfReach(path) && matches(path)
}

/** Names, as git's exclude patterns, of what is left out of a seed, less those that a glob names. */
export function droppingsOfSeed(globs: readonly string[]): readonly string[] {
  const named = partsOf(globs)
  return DROPPINGS.filter((name) => !named.has(name))
}

/** The same for a solution, in which what builds make is new; `seed` are the paths of the seed's files. */
export function droppingsOfSolution(globs: readonly string[], seed: readonly string[]): readonly string[] {
  const named = partsOf([...globs, ...seed])
  return [...droppingsOfSeed(globs), ...BUILD_DIRECTORIES].filter((name) => !named.has(name))
}

function partsOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => path.split('/')))
}

function withContents(glob: string): string[] {
  const clean = glob.replace(/^\.\//, '').replace(/\/+$/, '')
  return [clean, `${clean}/**`]
}

function isOutOfReach(path: string): boolean {
  return (
    path.startsWith('/') || path.split('/').some((part) => part === '..' || part.toLowerCase() === '.git')
  )
}
