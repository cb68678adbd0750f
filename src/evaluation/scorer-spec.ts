/** What every kind of scorer has. */
interface ScorerFiles {
  /** Absolute path of the scorer's files: they are copied and hashed when the run starts. */
  readonly directory: string
  /** Absolute paths inside `directory` that are not the scorer's: the workspace, the run's records, the brief. */
  readonly exclude: readonly string[]
  /** Added to the environment of the scorer and part of its identity. */
  readonly env: Readonly<Record<string, string>>
  /** A scorer that takes longer is ended, and the candidate counts as incorrect. */
  readonly timeoutSeconds: number
}

/** Any program that reads `AVO_CANDIDATE` and writes `AVO_RESULT`. */
export interface CommandScorer extends ScorerFiles {
  readonly kind: 'command'
  readonly command: readonly [string, ...string[]]
}

/** A class with `evaluate(source_code, source_file)` and `get_configurations()`, as the Python AVO has it. */
export interface PythonClassScorer extends ScorerFiles {
  readonly kind: 'python-class'
  /** Relative to `directory`. */
  readonly module: string
  readonly className: string
  /** The file of the candidate that is given to the class. */
  readonly solutionFile: string
}

/** A JavaScript or TypeScript module with `evaluate(candidateDirectory)`, or a class that has it. */
export interface NodeModuleScorer extends ScorerFiles {
  readonly kind: 'node-module'
  /** Relative to `directory`. */
  readonly module: string
  /** The class's name; where the module has no such export, its default export and then `evaluate` are taken. */
  readonly exportName: string
}

/** f, as the person wrote it down. */
export type ScorerSpec = CommandScorer | PythonClassScorer | NodeModuleScorer
