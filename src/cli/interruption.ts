import { EXIT_CODES } from '../errors.ts'
import { createStyle } from './style.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Does something that a person can interrupt: the first Ctrl-C, SIGTERM or hang-up aborts the signal, so that the step ends
 * cleanly, the second ends the process. Whoever is told `notice` knows what becomes of the work.
 */
export async function interruptibly<Result>(
  notice: string,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const style = createStyle(process.stderr)
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted)
    process.stderr.write(`${style('yellow', 'stopping')}: ${notice}; once more ends it at once\n`)
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, stop)
  try {
    return await act(controller.signal)
  } finally {
    for (const name of SIGNALS) process.off(name, stop)
  }
}

/** Whether something was thrown because the person interrupted it. */
export function isInterruption(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError'
}
