import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { AvoError, toMessage } from '../errors.ts'
import { shutInherited } from './inherited-descriptors.ts'
import type { Program } from './program.ts'
import type { Command, Execution } from './sandbox.ts'

/** A program that has started, in a process group of its own. */
export interface Started {
  readonly id: number
  readonly stdout: Readable
  readonly stderr: Readable
  /** What it says about the command, where it says something. */
  readonly report: Readable | null
  readonly exited: Promise<Pick<Execution, 'exitCode' | 'signal'>>
}

/** Starts a program. Throws an `AvoError` `sandbox` where it can't be started. */
export async function startProgram(
  { argv, env, family, wrapper, instructions = [] }: Program,
  { cwd, argv: [name], stdin }: Command,
): Promise<Started> {
  const [file, ...args] = argv
  if (!existsSync(cwd)) throw new AvoError('sandbox', `there is no directory ${cwd} to run ${name} in`)
  const standard = [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const
  const extra = [...instructions, ...(wrapper?.hasRun ? ['report'] : [])].map(() => 'pipe' as const)
  const child = spawn(file, args, {
    cwd,
    env: { ...env, ...family.env },
    stdio: [...standard, ...extra, ...shutInherited(standard.length + extra.length)],
    detached: true,
  })
  const { pid, stdout, stderr } = child
  if (pid === undefined || stdout === null || stderr === null) {
    const [error] = await once(child, 'error')
    throw cannotStart(file, toMessage(error))
  }
  if (stdin !== undefined) give(child.stdin, stdin)
  for (const [index, text] of instructions.entries()) give(child.stdio.at(standard.length + index), text)
  const last = wrapper?.hasRun ? child.stdio.at(standard.length + instructions.length) : null
  const report = last instanceof Readable ? last : null
  const exited = new Promise<Pick<Execution, 'exitCode' | 'signal'>>((resolve) =>
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal })),
  )
  return { id: pid, stdout, stderr, report, exited }
}

/** A program that ends without reading what it is given is no error. */
function give(stream: unknown, content: string | Uint8Array): void {
  if (stream instanceof Writable) stream.on('error', () => {}).end(content)
}

function cannotStart(file: string, message: string): AvoError {
  return new AvoError(
    'sandbox',
    `can't start ${file}: ${message}`,
    'Is it installed, and has the machine processes, open files and memory left?',
  )
}
