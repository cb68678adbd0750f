import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvaluator } from '../../src/evaluation/create-evaluator.ts'
import { measureNoise } from '../../src/gate/calibration.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { renderPercent, renderSize } from '../../src/text.ts'
import { atLeast, atMost, type Report } from './figure.ts'
import { startLoad } from './gate-load.ts'
import { playRun } from './gate-run.ts'

/** Work of the seed in three configurations, in rounds of a loop. */
const SEED: Work = [4_000, 6_000, 8_000]
/** Seconds after which a part is given up. */
const LIMIT_SECONDS = 180

/** Times loops in its own process: as noisy as such a thing is. The best of a few samples is the score. Perl starts in 5 ms. */
const SCORER = `
use strict; use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
sub spin { my $x = 1; $x = ($x * 1664525 + 1013904223) % 4294967296 for 1 .. $_[0] }
open my $work, '<', "$ENV{AVO_CANDIDATE}/work.txt" or die $!;
my @scores;
for my $rounds (split ' ', <$work>) {
  my $best = 9e9;
  for (1 .. 5) {
    my $startedAt = clock_gettime(CLOCK_MONOTONIC);
    spin($rounds);
    my $took = clock_gettime(CLOCK_MONOTONIC) - $startedAt;
    $best = $took if $took < $best;
  }
  push @scores, sprintf('"loop %d": %.6f', @scores + 1, 1 / $best);
}
open my $result, '>', $ENV{AVO_RESULT} or die $!;
print $result '{"correct": true, "scores": {', join(', ', @scores), '}}';
`

/** Work by configuration; less is better. */
type Work = readonly number[]

/** What an edit makes of the work. */
type WorkEdit = (best: Work) => Work

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
  const part = 'real scorer, load on and off: no-op edits'
  const state = await playReal(part, 200, (work) => work, report)
  const noise = state.calibration && measureNoise(state.calibration, 'maximize', createRandom(1))
  const spread = noise === null ? '' : ` (${renderSize(Math.expm1(noise.sd))} noise a round)`
  report.figure(atMost(`${part}${spread}, accepts in 200`, state.versions.length - 1, 2))
}

async function countGains(report: Report): Promise<void> {
  const part = 'real scorer, load on and off: +10%'
  const { versions, comparison } = await playReal(
    part,
    20,
    (work) => work.map((count) => count / 1.1),
    report,
  )
  const steps = versions.length - 1
  report.figure(atLeast(`${part}, accepted of 20`, steps, 19))
  report.figure({
    name: `${part}, ${steps} steps against the seed, direct and recorded agree`,
    value: renderPercent(comparison?.gain ?? 0),
    target: renderPercent(comparison?.promised ?? 0),
    met: comparison?.differs === false,
  })
}

async function countVetoes(report: Report): Promise<void> {
  const part = 'real scorer, load on and off: -20% in one, +18% in the rest'
  const edit: WorkEdit = ([a = 0, b = 0, c = 0]) => [a / 1.18, b / 1.18, c / 0.8]
  const { versions } = await playReal(part, 10, edit, report)
  report.figure(atMost(`${part}, accepted of 10`, versions.length - 1, 0))
}

/** Plays the algorithm with as many times the same edit. */
async function playReal(part: string, count: number, edit: WorkEdit, report: Report): Promise<RunState> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-bench-'))
  const signal = AbortSignal.timeout(LIMIT_SECONDS * 1000)
  try {
    await mkdir(join(directory, 'scorer'))
    await writeFile(join(directory, 'scorer/score.pl'), SCORER)
    const works = new Map([['seed', SEED]])
    const workOf = (tree: string): Work => works.get(tree) ?? SEED
    const evaluator = await createEvaluator(
      {
        scorer: {
          kind: 'command',
          command: ['perl', 'score.pl'],
          directory: join(directory, 'scorer'),
          exclude: [],
          env: {},
          timeoutSeconds: 60,
        },
        snapshotDirectory: join(directory, 'snapshot'),
        temporaryDirectory: join(directory, 'tmp'),
        sandbox: createProcessSandbox(),
        workspace: {
          export: (tree, target) =>
            writeFile(join(target, 'work.txt'), workOf(tree).map(Math.round).join(' ')),
        },
      },
      signal,
    )
    const proposals = Array.from({ length: count }, (_, index) => (best: string): string => {
      works.set(`edit ${index}`, edit(workOf(best)))
      return `edit ${index}`
    })
    return await playRun(
      {
        measure: (tree, _inputs, signal) => evaluator.evaluate(tree, signal),
        proposals,
        random: createRandom(1),
        onDecided: (decided) => report.progress(part, decided, count),
      },
      signal,
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
