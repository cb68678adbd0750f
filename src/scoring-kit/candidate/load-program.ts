import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { ModuleCandidate, Program } from '../process/program.ts'
import { cutStack } from './describe-thrown.ts'
import { ProgramFailure } from './program-failure.ts'

const MAX_COMMAND_OUTPUT_BYTES = 1024 * 1024 * 1024
const MAX_REMARKS_CHARACTERS = 2_000

/** One call of the candidate. */
export type Call = (input: unknown) => unknown

/** Loads what is to be measured. Throws a `ProgramFailure` where the candidate can't be. */
export async function loadProgram(program: Program): Promise<Call> {
  if ('echo' in program) return (input) => input
  if ('command' in program) return (input) => callCommand(program.command, input)
  if ('library' in program) throw new ProgramFailure('a library is called by Python')
  return await loadFunction(program)
}

async function loadFunction({ module, function: name, spread }: ModuleCandidate): Promise<Call> {
  const exported: unknown = await importModule(module)
  const found: unknown = Reflect.get(Object(exported), name)
  if (typeof found !== 'function') {
    const names = Object.keys(Object(exported)).join(', ') || 'nothing'
    throw new ProgramFailure(`${module} exports no function ${name}; it exports: ${names}`)
  }
  return spread === true
    ? (input) => Reflect.apply(found, undefined, [...Object(input)])
    : (input) => found(input)
}

async function importModule(module: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(resolve(module)).href)
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    // Only Node itself says where a syntax error is.
    const place =
      error instanceof SyntaxError ? remarksOf(spawnSync(process.execPath, ['--check', module])) : ''
    throw new ProgramFailure(`${module} can't be loaded: ${reason.split('\n')[0]}`, place || cutStack(error))
  }
}

/** A text goes in and comes out as text, bytes as bytes. */
function callCommand(command: readonly [string, ...string[]], input: unknown): string | Uint8Array {
  if (typeof input === 'string')
    return new TextDecoder('utf-8', { fatal: true }).decode(runProgram(command, input))
  if (input instanceof Uint8Array) return Uint8Array.from(runProgram(command, input))
  throw new ProgramFailure('a command takes a text or bytes as its input')
}

function runProgram([file, ...args]: readonly [string, ...string[]], input: string | Uint8Array): Buffer {
  const result = spawnSync(file, args, { input, maxBuffer: MAX_COMMAND_OUTPUT_BYTES })
  if (result.error !== undefined) throw new ProgramFailure(`${file} can't be run: ${result.error.message}`)
  if (result.status === 0) return result.stdout
  const end = result.signal === null ? `exit code ${result.status}` : result.signal
  throw new ProgramFailure(`${[file, ...args].join(' ').slice(0, 200)} ended with ${end}`, remarksOf(result))
}

function remarksOf({ stderr }: { readonly stderr: Buffer | null }): string {
  return String(stderr ?? '')
    .replaceAll(`${process.cwd()}/`, '')
    .slice(-MAX_REMARKS_CHARACTERS)
    .trim()
}
