import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvaluator } from '../../src/evaluation/create-evaluator.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { RunState } from '../../src/journal.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { playRun } from './gate-run.ts'

/** Work of the seed in three configurations, in rounds of a loop. */
const SEED: Work = [200_000, 300_000, 400_000]
/** Milliseconds after which the load comes or goes, at least and at most. */
const LOAD_CHANGES_MS = [500, 4_000] as const

/** Times loops in its own process: as noisy as such a thing is. The best of a few samples is the score. */
const SCORER = `
import { writeFileSync } from 'node:fs'
const { work } = await import(process.env.AVO_CANDIDATE + '/work.mjs')
const loop = (rounds) => {
  let x = 1
  for (let i = 0; i < rounds; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0
  return x
}
loop(1e6)
const scores = {}
for (const [index, rounds] of work.entries()) {
  let best = Infinity
  for (let sample = 0; sample < 7; sample++) {
    const startedAt = performance.now()
    if (loop(rounds) === 0.5) throw new Error('never')
    best = Math.min(best, performance.now() - startedAt)
  }
  scores['loop ' + (index + 1)] = 1 / best
}
writeFileSync(process.env.AVO_RESULT, JSON.stringify({ correct: true, scores }))
`

/** Work by configuration; less is better. */
export type Work = readonly number[]

/** What an edit makes of the work. */
export type WorkEdit = (best: Work) => Work

/** Plays the algorithm on a scorer that takes real time, while something else comes and goes that uses every core. */
export async function playReal(edits: readonly WorkEdit[]): Promise<RunState> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-bench-'))
  const stopLoad = startLoad()
  try {
    await mkdir(join(directory, 'scorer'))
    await writeFile(join(directory, 'scorer/score.mjs'), SCORER)
    const works = new Map([['seed', SEED]])
    const workOf = (tree: string): Work => works.get(tree) ?? SEED
    const signal = new AbortController().signal
    const evaluator = await createEvaluator(
      {
        scorer: {
          kind: 'command',
          command: [process.execPath, 'score.mjs'],
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
            writeFile(join(target, 'work.mjs'), `export const work = ${JSON.stringify(workOf(tree))}\n`),
        },
      },
      signal,
    )
    const proposals = edits.map((edit, index) => (best: string): string => {
      works.set(`edit ${index}`, edit(workOf(best)))
      return `edit ${index}`
    })
    return await playRun(
      (tree, _inputs, signal) => evaluator.evaluate(tree, signal),
      proposals,
      createRandom(1),
    )
  } finally {
    stopLoad()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Uses every core, on and off; gives a function that ends it. */
function startLoad(): () => void {
  const random = createRandom(9)
  const burners: readonly ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
  )
  let isOn = true
  let timer = setTimeout(toggle, 0)
  function toggle(): void {
    isOn = !isOn
    for (const burner of burners) burner.kill(isOn ? 'SIGCONT' : 'SIGSTOP')
    const [least, most] = LOAD_CHANGES_MS
    timer = setTimeout(toggle, least + (most - least) * random())
  }
  return () => {
    clearTimeout(timer)
    for (const burner of burners) burner.kill('SIGKILL')
  }
}
