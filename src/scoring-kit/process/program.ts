import { extname } from 'node:path'
import process from 'node:process'

/** A function of a module: JavaScript, TypeScript or Python, by the file's ending. */
export interface ModuleCandidate {
  /** Relative to the candidate's directory. */
  readonly module: string
  /** The name that the module exports it by. */
  readonly function: string
  /** Whether an input is the list of the function's arguments, instead of its only one. */
  readonly spread?: boolean
  /** Run once in the candidate's directory before it is loaded: a compiler, say. Nothing of it is timed. */
  readonly build?: readonly [string, ...string[]]
  /** The program that runs the module; by default this very Node, or python3. */
  readonly interpreter?: string
}

/** A program that is run for each input, reads it from standard input and writes its output to standard output. */
export interface CommandCandidate {
  readonly command: readonly [string, ...string[]]
  readonly build?: readonly [string, ...string[]]
}

/** Answers what it was told to answer, in no time, by the same means as a candidate of its language. */
interface Echo {
  readonly echo: 'node' | 'python'
  readonly interpreter?: string
}

/** What runs in the candidate's process. */
export type Program = ModuleCandidate | CommandCandidate | Echo

const NODE_ENDINGS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])
/** The channel moves away from standard input and output, so that a candidate may print. */
const REDIRECT = 'exec "$@" 3<&0 4>&1 </dev/null >&2'

/** The echo that is carried by the same means as this candidate. */
export function echoOf(candidate: ModuleCandidate | CommandCandidate): Program {
  if ('command' in candidate) return { command: ['cat'] }
  const { module, interpreter } = candidate
  return { echo: isPython(module) ? 'python' : 'node', ...(interpreter === undefined ? {} : { interpreter }) }
}

/** Whether a module can be run at all; the ending decides how. */
export function isModuleFile(path: string): boolean {
  return isPython(path) || NODE_ENDINGS.has(extname(path))
}

/** The command line that a program is started with. */
export function toArgv(program: Program, dataDirectory: string): readonly [string, ...string[]] {
  const target = JSON.stringify(program)
  const usesPython =
    'echo' in program ? program.echo === 'python' : 'module' in program && isPython(program.module)
  const interpreter = 'interpreter' in program ? program.interpreter : undefined
  const runner = usesPython
    ? [interpreter ?? 'python3', '-B', '$KIT/python/run_candidate.py']
    : [interpreter ?? process.execPath, '--disable-warning=ExperimentalWarning', '$KIT/candidate/run.js']
  return ['sh', '-c', REDIRECT, 'sh', ...runner, dataDirectory, target]
}

function isPython(path: string): boolean {
  return extname(path) === '.py'
}
