import { type CandidateEntry, WHERE_ISOLATED } from '../entry.ts'
import { probe } from './probes.ts'

export const CLOCK: readonly CandidateEntry[] = [
  {
    name: 'system-clock',
    family: 'tamper with the clock',
    what: 'sets the clock of the machine',
    outcome: 'no effect',
    promisedBy: WHERE_ISOLATED,
    edits: probe({
      // To what it shows: should it succeed, nobody is harmed.
      python: () => `reach("clock", lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()))`,
      javascript: () =>
        `reach('clock', () => execFileSync('date', ['-s', '@' + Date.now() / 1000], { stdio: 'ignore' }))`,
    }),
  },
]
