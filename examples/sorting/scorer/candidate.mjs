import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const RUNNER = fileURLToPath(new URL('runner.mjs', import.meta.url))
const TIMEOUT_MS = 3_000
const MAX_REMARKS_LENGTH = 2_000

/** The candidate did something wrong; the message says what, for the agent. */
export class CandidateFailure extends Error {}

/**
 * Starts a candidate in a process of its own, which gets nothing of the scorer's environment and whose output is not
 * read as a result. Numbers go in and numbers come out, over a pipe; the clock stays here.
 */
export function startCandidate(file) {
  const child = spawn(process.execPath, [RUNNER, file], { env: {}, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  const channel = child.stdio[3]
  let remarks = ''
  let isLate = false

  child.stderr.on('data', (text) => {
    remarks = (remarks + text).slice(-MAX_REMARKS_LENGTH)
  })
  channel.on('error', () => {}) // the candidate's end of the pipe broke; `gone` says so
  const gone = once(child, 'close').then(() => {
    const reason = isLate
      ? `it did not answer within ${TIMEOUT_MS / 1000} seconds`
      : 'its process ended before it answered'
    throw new CandidateFailure(`${reason}\n${remarks}`.trim())
  })
  gone.catch(() => {}) // whoever waits for an answer is told

  return { sort, stop: () => child.kill('SIGKILL') }

  /** One call: its output, its input as it is afterwards, and the seconds from the first byte sent to the last byte received. */
  async function sort(values) {
    const message = Buffer.from(Float64Array.of(values.length, ...values).buffer)
    const watchdog = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, TIMEOUT_MS)
    try {
      const startedAt = performance.now()
      channel.write(message)
      const [length] = await receive(1)
      if (length !== values.length)
        throw new CandidateFailure(`it returned ${length} numbers where ${values.length} went in`)
      const numbers = await receive(2 * length)
      const seconds = (performance.now() - startedAt) / 1000
      return { output: numbers.subarray(0, length), input: numbers.subarray(length), seconds }
    } finally {
      clearTimeout(watchdog)
    }
  }

  async function receive(count) {
    for (;;) {
      const bytes = count === 0 ? Buffer.alloc(0) : channel.read(count * 8)
      if (bytes?.length === count * 8) return new Float64Array(Uint8Array.from(bytes).buffer)
      await Promise.race([once(channel, 'readable'), gone])
    }
  }
}
