import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CandidateFailure, startCandidate } from './candidate.mjs'
import { CONFIGURATIONS, EDGE_CASES } from './inputs.mjs'

/** f: numbers sorted per second in every configuration, or the reason why the candidate is incorrect. */

const SAMPLING_MS = 700
/** The first sample of a configuration warms the candidate up: its output is checked, its time is not used. */
const MIN_SAMPLES = 4

const candidate = startCandidate(join(process.env.AVO_CANDIDATE, 'sort.mjs'))
const result = await score().catch((error) => {
  if (!(error instanceof CandidateFailure)) throw error
  return { correct: false, scores: {}, feedback: error.message }
})
candidate.stop()
await writeFile(process.env.AVO_RESULT, JSON.stringify(result))

async function score() {
  for (const values of EDGE_CASES) await timeCall('an edge case', values)

  const samples = new Map(CONFIGURATIONS.map(({ name }) => [name, []]))
  const until = performance.now() + SAMPLING_MS
  for (let round = 0; round < MIN_SAMPLES || performance.now() < until; round++)
    for (const { name, makeInput } of CONFIGURATIONS) {
      const values = makeInput()
      const seconds = await timeCall(name, values)
      if (round > 0) samples.get(name).push(values.length / seconds)
    }
  const scores = Object.fromEntries([...samples].map(([name, speeds]) => [name, median(speeds)]))
  return { correct: true, scores, metrics: { rounds: samples.get(CONFIGURATIONS[0].name).length } }
}

/** Seconds that the candidate took for the input; throws unless the answer of this very call is right. */
async function timeCall(name, values) {
  const { output, input, seconds } = await candidate.sort(values)
  const expected = values.slice().sort()
  const wrong = output.findIndex((value, index) => value !== expected[index])
  if (wrong !== -1)
    throw new CandidateFailure(`${name}: wrong at index ${wrong}: ${output[wrong]}, expected ${expected[wrong]}`)
  if (input.some((value, index) => value !== values[index]))
    throw new CandidateFailure(`${name}: it changed its argument`)
  return seconds
}

function median(values) {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
