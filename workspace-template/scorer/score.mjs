// f, which says how good a candidate is: `npx avo eval` runs it. The candidate runs in a process of its own and only sends
// data; what it is called with is new each time, what it answers is checked each time, and the clock is here.
import { scoreCandidate } from 'avo/scoring'

const countBelow = countAll(1_100_000)

await scoreCandidate({
  // To change: what is called. `{ command: ['./a.out'] }` is a program that reads its input and writes its output.
  candidate: { module: 'primes.mjs', function: 'countPrimes' },
  // To change: what is measured. Every configuration is a part of the score, and all weigh the same.
  configurations: { 'limit 1e5': 100_000, 'limit 1e6': 1_000_000 },
  // To change: what a configuration's inputs are, what is right, and how much work each is (the score is work per second).
  input: (size, random) => size + random.integer(0, size / 10),
  reference: (_, limit) => countBelow[limit],
  work: (_, limit) => limit,
  timeoutSeconds: 5,
})

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
