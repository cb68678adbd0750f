import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createRandom } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import { geometricMean, type Score } from '../../src/score.ts'
import { renderSize } from '../../src/text.ts'
import { atLeast, atMost, type Report } from './figure.ts'
import { startLoad } from './gate-load.ts'
import { playRun } from './gate-run.ts'

/** Work of the seed in three configurations, in rounds of a loop. */
const SEED: Work = [5_000, 7_500, 10_000]
/** Seconds after which a part is given up. */
const LIMIT_SECONDS = 180
/** So many scores, with so much time between them. */
const NOISE_SCORES = 300
const NOISE_PAUSE_MS = 80

/** Times loops: as noisy as such a thing is. The best of a few samples is the score. Perl, since it starts in 5 ms. */
const SCORER = `
use strict; use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
sub spin { my $x = 1; $x = ($x * 1664525 + 1013904223) % 4294967296 for 1 .. $_[0] }
my @speeds;
for my $rounds (@ARGV) {
  my $best = 9e9;
  for (1 .. 7) {
    my $startedAt = clock_gettime(CLOCK_MONOTONIC);
    spin($rounds);
    my $took = clock_gettime(CLOCK_MONOTONIC) - $startedAt;
    $best = $took if $took < $best;
  }
  push @speeds, 1 / $best;
}
print "@speeds";
`

/** Work by configuration; less is better. */
type Work = readonly number[]

/** What an edit makes of the work. */
type WorkEdit = (best: Work) => Work

const PART = 'real scorer, load on and off'

/** What the gate's word is worth on a scorer that takes real time, while something else comes and goes that uses every core. */
export async function measureReal(report: Report): Promise<void> {
  const stopLoad = startLoad()
  try {
    await countNoOps(report)
    const noise = await measureRealNoise(report)
    await countGains(noise, report)
    await countVetoes(noise, report)
  } finally {
    stopLoad()
  }
}

async function countNoOps(report: Report): Promise<void> {
  const part = `${PART}: no-op edits`
  const state = await playReal(part, 200, (work) => work, report)
  report.figure(atMost(`${part}, accepts in 200`, state.versions.length - 1, 2))
}

/**
 * Each gain is three times the noise, as +3% is at 1%. The noise is that of half a minute with the load coming and going: what a
 * calibration of a second finds may be that of a moment without.
 */
async function countGains(noise: number, report: Report): Promise<void> {
  const [runs, steps] = [4, 5]
  const part = `${PART}: gains of three times the noise`
  const played: RunState[] = []
  const edit: WorkEdit = (work) => work.map((rounds) => rounds / Math.exp(3 * noise))
  for (let run = 1; run <= runs; run++)
    played.push(await playReal(`${part}, run ${run} of ${runs}`, steps, edit, report))
  const accepted = played.reduce((sum, { versions }) => sum + versions.length - 1, 0)
  report.figure(atLeast(`${part} (${renderNoise(noise)}), accepted of ${runs * steps}`, accepted, 19))
  const compared = played.flatMap(({ comparison }) => comparison ?? [])
  const differing = compared.filter(({ differs }) => differs).length
  report.figure(atMost(`${part}, direct and recorded differ, of ${compared.length} runs`, differing, 0))
}

/** Of one configuration's score, as a logarithm: from scores that follow one another, as those of a round do. */
async function measureRealNoise(report: Report): Promise<number> {
  const part = `${PART}: noise of a score`
  const logs: number[] = []
  for (let count = 0; count < NOISE_SCORES; count++) {
    report.progress(part, count, NOISE_SCORES)
    const score = await runScorer(SEED, AbortSignal.timeout(LIMIT_SECONDS * 1000))
    if (score.correct) logs.push(Math.log(score.value))
    await delay(NOISE_PAUSE_MS)
  }
  const changes = logs.slice(1).map((log, index) => log - (logs[index] ?? log))
  const variance = changes.reduce((sum, change) => sum + change ** 2, 0) / changes.length
  // A change is that of two scores, each the mean of all configurations.
  return Math.sqrt((variance / 2) * SEED.length)
}

function renderNoise(noise: number): string {
  return `${renderSize(Math.expm1(noise))} noise`
}

/** -20% where the noise is small, else six times as much as it; the rest gains so much that only the veto can refuse it. */
async function countVetoes(noise: number, report: Report): Promise<void> {
  const loss = Math.max(-Math.log(0.8), 6 * noise)
  const part = `${PART}: ${Math.round(100 * Math.expm1(-loss))}% in one, a gain over all`
  const edit: WorkEdit = ([a = 0, b = 0, c = 0]) => [
    a / Math.exp(2 * loss),
    b / Math.exp(2 * loss),
    c * Math.exp(loss),
  ]
  const { versions } = await playReal(part, 10, edit, report)
  report.figure(atMost(`${part}, accepted of 10`, versions.length - 1, 0))
}

/** Plays the algorithm with as many times the same edit. */
async function playReal(part: string, count: number, edit: WorkEdit, report: Report): Promise<RunState> {
  const works = new Map([['seed', SEED]])
  const workOf = (tree: string): Work => works.get(tree) ?? SEED
  const proposals = Array.from({ length: count }, (_, index) => (best: string): string => {
    works.set(`edit ${index}`, edit(workOf(best)))
    return `edit ${index}`
  })
  return await playRun(
    {
      measure: (tree, _inputs, signal) => runScorer(workOf(tree), signal),
      proposals,
      random: createRandom(1),
      onDecided: (decided) => report.progress(part, decided, count),
    },
    AbortSignal.timeout(LIMIT_SECONDS * 1000),
  )
}

/** A bare process: what the harness adds to it is the business of other benchmarks, and would be most of the time here. */
async function runScorer(work: Work, signal: AbortSignal): Promise<Score> {
  const args = ['-e', SCORER, ...work.map((rounds) => String(Math.round(rounds)))]
  const { stdout } = await promisify(execFile)('perl', args, { signal, timeout: 10_000 })
  const scores = stdout
    .split(' ')
    .map((speed, index) => ({ configuration: `loop ${index + 1}`, value: Number(speed) }))
  return { correct: true, value: geometricMean(scores.map(({ value }) => value)), scores }
}
