import { constants } from 'node:os'
import { AvoError } from '../errors.ts'
import { standIns } from './launcher.ts'
import type { Program } from './program.ts'
import type { Execution } from './sandbox.ts'

type End = Pick<Execution, 'exitCode' | 'signal' | 'limit'>

/**
 * How the command ended, from how the program did. Throws an `AvoError` `sandbox` where the program could not run it.
 */
export function toEnd(end: End, { argv: [file], wrapper }: Program, output: string, reported: string): End {
  const { exitCode, signal, limit } = end
  if (limit !== null) return { exitCode: null, signal: null, limit }
  if (wrapper === undefined || exitCode === null) return withLimit({ exitCode, signal })
  const said = wrapper.reserved[exitCode]
  if (said === 'failure' && !wrapper.hasRun?.test(reported))
    throw new AvoError('sandbox', `${file} can't run anything: ${output.trim()}`, wrapper.hint)
  if (said !== undefined && said !== 'failure') return { exitCode: null, signal: null, limit: said }
  const named = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  if (named !== undefined) return withLimit({ exitCode: null, signal: named[0] })
  return withLimit({ exitCode: standIns(wrapper.reserved).get(exitCode) ?? exitCode, signal })
}

/** The kernel tells a limit on files by a signal. */
function withLimit({ exitCode, signal }: Omit<End, 'limit'>): End {
  return signal === 'SIGXFSZ'
    ? { exitCode: null, signal: null, limit: 'file-size' }
    : { exitCode, signal, limit: null }
}
