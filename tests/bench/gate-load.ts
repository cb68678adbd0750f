import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Seconds after which the load ends whatever happens. */
const LIMIT_SECONDS = 300

/**
 * Spins for some seconds, rests for some, and so on: all that begin at the same time do it in step. It ends by itself after its
 * limit, and as soon as its parent is gone.
 */
const BURNER = `
const [startedAt, limitMs, parent] = process.argv.slice(1).map(Number)
const rest = new Int32Array(new SharedArrayBuffer(4))
let seed = 9
const draw = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
let [isOn, changesAt] = [false, startedAt]
while (Date.now() < startedAt + limitMs && process.ppid === parent) {
  while (Date.now() >= changesAt) [isOn, changesAt] = [!isOn, changesAt + 500 + 3500 * draw()]
  const until = Date.now() + 20
  if (isOn) while (Date.now() < until);
  else Atomics.wait(rest, 0, 0, 20)
}
`

/** Uses every core, on and off; gives a function that ends it. */
export function startLoad(): () => void {
  const args = [Date.now(), LIMIT_SECONDS * 1000, process.pid].map(String)
  const burners = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['--eval', BURNER, ...args], { stdio: 'ignore' }),
  )
  return () => {
    for (const burner of burners) burner.kill('SIGKILL')
  }
}
