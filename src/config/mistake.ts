import { AvoError } from '../errors.ts'

/** One thing that is wrong with a configuration. */
export interface Mistake {
  /** Keys and indices from the root; empty for the file as a whole. */
  readonly path: readonly PropertyKey[]
  /** What is wrong, and what would be right. */
  readonly message: string
  /** Where it stands, where that doesn't follow from the path: `avo.yaml:4:3`. */
  readonly place?: string
}

/** All that is wrong at once, a line each: place, key, value, what is expected. */
export function toConfigError(
  name: string,
  mistakes: readonly Mistake[],
  placeOf: (path: readonly PropertyKey[]) => string,
): AvoError {
  const lines = mistakes.map(({ path, message, place = placeOf(path) }) => {
    const key = path.join('.')
    return key === '' || place.endsWith(` ${key}`) ? `${place}: ${message}` : `${place}: ${key}: ${message}`
  })
  const message =
    lines.length === 1 ? lines.join() : `${name} has ${lines.length} mistakes:\n${lines.join('\n')}`
  return new AvoError(
    'config',
    message,
    '`avo init -o FILE.yaml` writes every key with its default and its meaning.',
  )
}
