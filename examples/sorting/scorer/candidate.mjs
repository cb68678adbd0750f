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
  const child = spawn(process.execPath, [RUNNER, file], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const channel = child.stdio[3]
  let received = []
  let missingBytes = Number.POSITIVE_INFINITY
  let deliver = () => {}
  let remarks = ''
  let isLate = false

  channel.on('data', (bytes) => {
    received.push(bytes)
    missingBytes -= bytes.length
    if (missingBytes <= 0) deliver()
  })
  channel.on('error', () => {}) // the candidate's end of the pipe broke: `gone` says so
  child.stderr.on('data', (text) => {
    remarks = (remarks + text).slice(-MAX_REMARKS_LENGTH)
  })
  const gone = once(child, 'close').then(() => {
    const reason = isLate
      ? `it did not answer within ${TIMEOUT_MS / 1000} seconds`
      : 'its process ended before it answered'
    throw new CandidateFailure(`${reason}\n${remarks}`.trim())
  })
  gone.catch(() => {}) // whoever waits for an answer is told

  return { sort, stop: () => child.kill('SIGKILL') }

  /**
   * Has inputs of one size sorted. Gives the outputs, the inputs as they are afterwards, and the seconds from the first
   * byte sent to the last byte received.
   */
  async function sort(inputs) {
    const size = inputs[0].length
    const count = inputs.length
    const message = Float64Array.of(count, size, ...inputs.flatMap((values) => [...values]))
    const watchdog = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, TIMEOUT_MS)
    received = []
    missingBytes = 8 * (1 + 2 * count * size)
    const answer = new Promise((resolve) => {
      deliver = resolve
    })
    try {
      const startedAt = performance.now()
      channel.write(Buffer.from(message.buffer))
      await Promise.race([answer, gone])
      const seconds = (performance.now() - startedAt) / 1000
      const numbers = new Float64Array(Uint8Array.from(Buffer.concat(received)).buffer)
      if (missingBytes < 0 || numbers[0] !== count)
        throw new CandidateFailure('it wrote to the channel itself')
      const arrays = Array.from({ length: 2 * count }, (_, index) =>
        numbers.subarray(1).subarray(index * size, (index + 1) * size),
      )
      return { outputs: arrays.slice(0, count), inputs: arrays.slice(count), seconds }
    } finally {
      clearTimeout(watchdog)
    }
  }
}
