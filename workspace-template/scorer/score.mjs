// f, which says how good a candidate is. It is run with two variables:
//   AVO_CANDIDATE  the directory with the candidate's files
//   AVO_RESULT     where to write one JSON document: { correct, scores: { name: number above 0 }, feedback? }
// The candidate runs in a process of its own, so that it can neither stop the clock nor write the result.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { exit } from 'node:process'

const { AVO_CANDIDATE, AVO_RESULT } = process.env

/** To change: what is measured. Every configuration is a part of the score, and all weigh the same. */
const CONFIGURATIONS = { 'limit 1e5': 100_000, 'limit 1e6': 1_000_000 }
const SAMPLES = 10
const TIMEOUT_MS = 5_000

const expected = countAll(1_100_000)
const candidate = fork('answer.mjs', [`${AVO_CANDIDATE}/primes.mjs`], {
  env: {},
  execArgv: [],
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
})
candidate.once('exit', () => finish({ correct: false, feedback: 'the candidate ended before it answered' }))
await once(candidate, 'message')

const scores = {}
for (const [name, size] of Object.entries(CONFIGURATIONS)) {
  const speeds = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    // A new limit each time: an answer that is remembered or computed in advance is of no use.
    const limit = size + Math.floor(Math.random() * (size / 10))
    const { answer, ms } = await ask(limit)
    if (answer !== expected[limit])
      finish({ correct: false, feedback: `countPrimes(${limit}) is ${expected[limit]}, not ${answer}` })
    speeds.push(limit / ms)
  }
  // What else the machine does only ever makes a sample slower: the fastest one is the least disturbed.
  scores[name] = Math.max(...speeds)
}
finish({ correct: true, scores })

/** The candidate's answer, and the milliseconds from question to answer on this process's clock. */
async function ask(limit) {
  const startedAt = performance.now()
  candidate.send(limit, () => {}) // a candidate that is gone is known by its exit
  const [answer] = await once(candidate, 'message', { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() =>
    finish({ correct: false, feedback: `countPrimes(${limit}) takes longer than ${TIMEOUT_MS / 1000} s` }),
  )
  return { answer, ms: performance.now() - startedAt }
}

function finish(result) {
  candidate.kill('SIGKILL')
  writeFileSync(AVO_RESULT, JSON.stringify(result))
  exit(0)
}

/** For every number up to a limit, how many primes are below it. */
function countAll(limit) {
  const isComposite = new Uint8Array(limit + 1)
  const counts = new Uint32Array(limit + 1)
  let count = 0
  for (let number = 2; number <= limit; number++) {
    counts[number] = count
    if (isComposite[number]) continue
    count++
    for (let multiple = number * number; multiple <= limit; multiple += number) isComposite[multiple] = 1
  }
  return counts
}
