import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { measureNoise } from '../../src/gate/calibration.ts'
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
type WorkEdit = (best: Work, state: RunState) => Work

const PART = 'real scorer, load on and off'

/** What the gate's word is worth on a scorer that takes real time, while something else comes and goes that uses every core. */
export async function measureReal(report: Report): Promise<void> {
  const stopLoad = startLoad()
  try {
    await countNoOps(report)
    await countGains(report)
    await countVetoes(report)
  } finally {
    stopLoad()
  }
}

async function countNoOps(report: Report): Promise<void> {
  const part = `${PART}: no-op edits`
  const state = await playReal(part, 200, (work) => work, report)
  const noise = renderSize(Math.expm1(noiseOf(state)))
  report.figure(atMost(`${part}, ${noise} noise, accepts in 200`, state.versions.length - 1, 2))
}

/** Each gain is three times the noise that its run has found, as +3% is at 1%. */
async function countGains(report: Report): Promise<void> {
  const [runs, steps] = [4, 5]
  const part = `${PART}: gains of three times the noise`
  const played: RunState[] = []
  const edit: WorkEdit = (work, state) => work.map((rounds) => rounds / Math.exp(3 * noiseOf(state)))
  for (let run = 1; run <= runs; run++)
    played.push(await playReal(`${part}, run ${run} of ${runs}`, steps, edit, report))
  const noises = played.map((state) => renderSize(Math.expm1(noiseOf(state)))).join(', ')
  const accepted = played.reduce((sum, { versions }) => sum + versions.length - 1, 0)
  report.figure(atLeast(`${part} (${noises}), accepted of ${runs * steps}`, accepted, 19))
  const compared = played.flatMap(({ comparison }) => comparison ?? [])
  const differing = compared.filter(({ differs }) => differs).length
  report.figure(atMost(`${part}, direct and recorded differ, of ${compared.length} runs`, differing, 0))
}

/** Of a single score, as a logarithm: a round compares two scores, each the mean of all configurations. */
function noiseOf({ calibration }: RunState): number {
  const sd = (calibration && measureNoise(calibration, 'maximize', createRandom(1))?.sd) ?? 0
  return sd * Math.sqrt(SEED.length / 2)
}

/** Over all it is a gain of 22%: only the veto can refuse it. */
async function countVetoes(report: Report): Promise<void> {
  const part = `${PART}: -20% in one, +50% in the rest`
  const edit: WorkEdit = ([a = 0, b = 0, c = 0]) => [a / 1.5, b / 1.5, c / 0.8]
  const { versions } = await playReal(part, 10, edit, report)
  report.figure(atMost(`${part}, accepted of 10`, versions.length - 1, 0))
}

/** Plays the algorithm with as many times the same edit. */
async function playReal(part: string, count: number, edit: WorkEdit, report: Report): Promise<RunState> {
  const works = new Map([['seed', SEED]])
  const workOf = (tree: string): Work => works.get(tree) ?? SEED
  const proposals = Array.from({ length: count }, (_, index) => (best: string, state: RunState): string => {
    works.set(`edit ${index}`, edit(workOf(best), state))
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
