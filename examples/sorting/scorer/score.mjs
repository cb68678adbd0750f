import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CandidateFailure, startCandidate } from './candidate.mjs'
import { CONFIGURATIONS, EDGE_CASES } from './inputs.mjs'

/**
 * f: numbers sorted per second in every configuration, or the reason why the candidate is incorrect. The fastest sample
 * counts: whatever else runs on the machine can only make a sample slower.
 */

const SAMPLING_MS = 120
/** The first sample of a configuration warms the candidate up: its output is checked, its time is not used. */
const MIN_SAMPLES = 4
/** A quick candidate gets several inputs in a sample, so that the pipe's own time weighs little. */
const SAMPLE_SECONDS = 0.003
const MAX_INPUTS = 8

const candidate = startCandidate(join(process.env.AVO_CANDIDATE, 'sort.mjs'))
const result = await score().catch((error) => {
  if (!(error instanceof CandidateFailure)) throw error
  return { correct: false, scores: {}, feedback: error.message }
})
candidate.stop()
await writeFile(process.env.AVO_RESULT, JSON.stringify(result))

async function score() {
  for (const values of EDGE_CASES) await timeSort('an edge case', [values])

  const series = CONFIGURATIONS.map((configuration) => ({ ...configuration, inputCount: 1, speed: 0 }))
  const until = performance.now() + SAMPLING_MS
  let samples = 0
  for (; samples < MIN_SAMPLES || performance.now() < until; samples++)
    for (const one of series) {
      const inputs = Array.from({ length: one.inputCount }, one.makeInput)
      const seconds = (await timeSort(one.name, inputs)) / one.inputCount
      if (samples > 0) one.speed = Math.max(one.speed, inputs[0].length / seconds)
      one.inputCount = Math.min(MAX_INPUTS, Math.ceil(SAMPLE_SECONDS / seconds))
    }
  const scores = Object.fromEntries(series.map(({ name, speed }) => [name, speed]))
  return { correct: true, scores, metrics: { samples } }
}

/** Seconds that the candidate took for the inputs; throws unless the answers of this very call are right. */
async function timeSort(name, inputs) {
  const answer = await candidate.sort(inputs)
  for (const [index, values] of inputs.entries()) {
    const expected = values.slice().sort()
    const output = answer.outputs[index]
    const wrong = output.findIndex((value, at) => value !== expected[at])
    if (wrong !== -1)
      throw new CandidateFailure(`${name}: ${output[wrong]} at index ${wrong}, expected ${expected[wrong]}`)
    if (answer.inputs[index].some((value, at) => value !== values[at]))
      throw new CandidateFailure(`${name}: it changed its argument`)
  }
  return answer.seconds
}
