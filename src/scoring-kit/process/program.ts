import { extname } from 'node:path'
import process from 'node:process'
import type { ArrayType } from '../channel/plain-data.ts'

/** A function of a module: JavaScript, TypeScript or Python, by the file's ending. */
export interface ModuleCandidate {
  /** Relative to the candidate's directory. */
  readonly module: string
  /** The name that the module exports it by. */
  readonly function: string
  /** Whether an input is the list of the function's arguments, instead of its only one. */
  readonly spread?: boolean
  /**
   * A compiler, say, that makes of the candidate's directory what is loaded; nothing of it is timed. It is run once for the
   * same files, and the candidate gets a copy of the directory as it left it, at another place.
   */
  readonly build?: readonly [string, ...string[]]
  /** The program that runs the module; by default this very Node, or python3. */
  readonly interpreter?: string
}

/** A program that is run for each input, reads it from standard input and writes its output to standard output. */
export interface CommandCandidate {
  readonly command: readonly [string, ...string[]]
  readonly build?: readonly [string, ...string[]]
}

/**
 * A function of a shared library: C, C++, Rust, CUDA, Fortran, whatever a build makes one of. An input is the list of its
 * arguments: a whole number is an `int64_t`, a typed array a pointer to its numbers, and a `LibraryOutput` a pointer to as many zeros
 * for the function to fill in, which are the candidate's output; of several, the list. What it returns is not looked at.
 */
export interface LibraryCandidate {
  /** Relative to the candidate's directory; `build` makes it. */
  readonly library: string
  /** The name that it exports, as C has it. */
  readonly function: string
  readonly build?: readonly [string, ...string[]]
  /** The Python that calls it; by default python3. */
  readonly interpreter?: string
}

/** An argument of a library's function that it writes to. */
export interface LibraryOutput {
  readonly output: ArrayType
  readonly length: number
}

/** Answers what it was told to answer, in no time, by the same means as a candidate of its language. */
interface Echo {
  readonly echo: 'node' | 'python'
  readonly interpreter?: string
}

/** What a task calls in a candidate. */
export type Candidate = ModuleCandidate | CommandCandidate | LibraryCandidate

/** What runs in the candidate's process. */
export type Program = Candidate | Echo

const NODE_ENDINGS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'])
/** The channel moves away from standard input and output, so that a candidate may print. */
const REDIRECT = 'exec "$@" 3<&0 4>&1 </dev/null >&2'

/** The echo that is carried by the same means as this candidate. */
export function echoOf(candidate: Candidate): Program {
  if ('command' in candidate) return { command: ['cat'] }
  const { interpreter } = candidate
  return {
    echo: usesPython(candidate) ? 'python' : 'node',
    ...(interpreter === undefined ? {} : { interpreter }),
  }
}

/** Whether a module can be run at all; the ending decides how. */
export function isModuleFile(path: string): boolean {
  return isPython(path) || NODE_ENDINGS.has(extname(path))
}

/** The command line that a program is started with. */
export function toArgv(program: Program, dataDirectory: string): readonly [string, ...string[]] {
  const { build: _done, ...rest } = { build: undefined, ...program }
  const target = JSON.stringify(rest)
  const interpreter = 'interpreter' in program ? program.interpreter : undefined
  const runner = usesPython(program)
    ? [interpreter ?? 'python3', '-B', '$KIT/python/run_candidate.py']
    : [interpreter ?? process.execPath, '--disable-warning=ExperimentalWarning', '$KIT/candidate/run.js']
  return ['sh', '-c', REDIRECT, 'sh', ...runner, dataDirectory, target]
}

/** The standard library of Python can call C; Node's can't. */
function usesPython(program: Program): boolean {
  if ('echo' in program) return program.echo === 'python'
  return 'library' in program || ('module' in program && isPython(program.module))
}

function isPython(path: string): boolean {
  return extname(path) === '.py'
}
