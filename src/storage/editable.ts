import picomatch from 'picomatch'

/** What builds and interpreters leave behind: never part of a solution, unless a glob names it. */
const DROPPINGS = [
  '__pycache__',
  '*.pyc',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
  '.venv',
  'node_modules',
  'target',
  'build',
  '*.o',
  '*.swp',
  '.DS_Store',
]

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

/** Names of build droppings as git's exclude patterns, less those that a glob names. */
export function droppingsFor(globs: readonly string[]): readonly string[] {
  const named = new Set(globs.flatMap((glob) => glob.split('/')))
  return DROPPINGS.filter((name) => !named.has(name))
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
