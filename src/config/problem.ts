import { AvoError } from '../errors.ts'

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Keys and indices from the root. */
  readonly path: readonly PropertyKey[]
  /** What is wrong, and what would be right. */
  readonly message: string
}

/** All that is wrong at once, each with its place: `avo.yaml:4:3` or `--set llm.provider`. */
export function toConfigError(
  name: string,
  problems: readonly Problem[],
  placeOf: (path: readonly PropertyKey[]) => string,
): AvoError {
  const lines = problems.map(({ path, message }) => {
    const key = path.join('.')
    return `${placeOf(path)}: ${key === '' ? '' : `${key}: `}${message}`
  })
  const message = lines.length === 1 ? lines.join() : `${name} has ${lines.length} mistakes:\n${lines.join('\n')}`
  return new AvoError('config', message, '`avo init -o FILE.yaml` writes every key with its default and its meaning.')
}
