/** Numbers that are looked at together. */
const SEGMENT = 200

/** How many primes there are below a limit. */
export function countPrimes(limit) {
  const divisors = primesUpTo(Math.sqrt(limit))
  let count = 0
  for (let start = 2; start < limit; start += SEGMENT) {
    const isComposite = new Array(Math.min(SEGMENT, limit - start)).fill(false)
    for (const prime of divisors) {
      const first = Math.max(prime * prime, Math.ceil(start / prime) * prime)
      for (let index = first - start; index < isComposite.length; index += prime) isComposite[index] = true
    }
    for (let index = 0; index < isComposite.length; index++) if (!isComposite[index]) count++
  }
  return count
}

function primesUpTo(limit) {
  const primes = []
  for (let number = 2; number <= limit; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number)
  return primes
}
