import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEvaluator } from '../../src/evaluation/create-evaluator.ts'
import { evolve } from '../../src/evolve.ts'
import { createGate, type Gate } from '../../src/gate/gate.ts'
import type { GateSettings } from '../../src/gate/plan.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { Solution } from '../../src/lineage.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { createStop, type StopReason } from '../../src/stop.ts'
import { openFileLineage } from '../../src/storage/file-lineage.ts'
import { openGitLineage } from '../../src/storage/git-lineage.ts'
import type { StoredLineage } from '../../src/storage/stored-lineage.ts'
import { memoryJournal } from '../memory-journal.ts'
import { drawNormal } from './rounds.ts'

/** Two configurations that score what the solution says, times the noise that the next line of a file holds. */
const SCORER = `cd "$STATE" || exit 9
. "$AVO_CANDIDATE/value.sh"
solution="$a $b"
echo "$solution" >> runs
echo "$AVO_INPUTS" >> inputs
run=$(grep -cxF "$solution" runs)
fate=$(grep -xF -e "$solution crashes" -e "$solution crashes in run $run" -e "$solution is wrong in run $run" fates)
case "$fate" in
  *crashes*) echo "error: it broke" >&2; exit 1 ;;
  *wrong*) printf '{"correct": false, "feedback": "it is wrong"}' > "$AVO_RESULT"; exit ;;
esac
noise=$(sed -n "$(wc -l < runs)p" noise)
awk -v s="$solution" -v n="\${noise:-0 0}" 'BEGIN {
  split(s, v); split(n, e)
  printf "{\\"correct\\": true, \\"scores\\": {\\"a\\": %.9f, \\"b\\": %.9f}}", v[1] * (1 + e[1]), v[2] * (1 + e[2])
}' > "$AVO_RESULT"
`

/** What a task's scorer and gate are like. */
export interface NoisyTask {
  /** Standard deviation of one score; none where it is left out. */
  readonly noise?: number
  /** `1.1 1.1 crashes`, `1.1 1.1 crashes in run 3`, `1.1 1.1 is wrong in run 3`: a solution by its two numbers. */
  readonly fates?: readonly string[]
  readonly settings?: Partial<GateSettings>
  /** Whether versions are commits, and not files, which are quicker. */
  readonly git?: boolean
}

/** A task with a real scorer, a real lineage and a real gate, whose agent submits what a test says. */
export interface OpenTask {
  readonly directory: string
  readonly journal: ReturnType<typeof memoryJournal>
  readonly lineage: StoredLineage
  readonly gate: Gate
  /** How often the scorer has run. */
  countRuns(): Promise<number>
  /** The secret that each run of the scorer got, in order. */
  readInputs(): Promise<readonly string[]>
  setFates(...fates: readonly string[]): Promise<void>
  /** Takes the files of a solution in. */
  propose(content: string): Promise<Solution>
  /** Runs the algorithm until there is no proposal left. */
  run(...proposals: readonly string[]): Promise<StopReason>
}

export async function openTask({
  noise = 0,
  fates = [],
  settings = {},
  git = false,
}: NoisyTask = {}): Promise<OpenTask> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-gate-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const place = (name: string): string => join(directory, name)
  for (const name of ['seed', 'scorer', 'state']) await mkdir(place(name))
  await writeFile(place('seed/value.sh'), 'a=1\nb=1\n')
  await writeFile(place('scorer/score.sh'), SCORER)
  await writeFile(place('state/noise'), noise === 0 ? '' : drawNoise(noise))
  const setFates = (...lines: readonly string[]): Promise<void> =>
    writeFile(place('state/fates'), `${lines.join('\n')}\n`)
  await setFates(...fates)

  const lineage = await (git ? openGitLineage : openFileLineage)({
    directory: place('workspace'),
    recordsDirectory: place('records'),
    editable: ['**'],
    project: 'noisy',
  })
  const never = new AbortController().signal
  const evaluator = await createEvaluator(
    {
      scorer: {
        kind: 'command',
        command: ['sh', 'score.sh'],
        directory: place('scorer'),
        exclude: [],
        env: { STATE: place('state') },
        timeoutSeconds: 30,
      },
      snapshotDirectory: place('records/scorer'),
      temporaryDirectory: place('records/tmp'),
      sandbox: createProcessSandbox(),
      workspace: lineage,
    },
    never,
  )
  const journal = memoryJournal()
  const gate = createGate({
    journal,
    measure: (tree, inputs, signal) => evaluator.evaluate(tree, signal, { inputs }),
    workspace: lineage,
    scorer: evaluator.scorer,
    machine: 'test machine',
    settings: {
      policy: 'auto',
      alpha: 0.02,
      minGain: 0,
      maxRounds: 30,
      confirmRounds: 5,
      veto: 0.03,
      mayWorsen: [],
      ...settings,
    },
    accept: 'improvement',
    direction: 'maximize',
    random: createRandom(4),
  })
  const propose = async (content: string): Promise<Solution> => {
    await writeFile(join(lineage.directory, 'value.sh'), content)
    return { tree: await lineage.snapshot(), summary: content.replaceAll('\n', ' ').trim() }
  }
  let attempts = 0
  return {
    directory,
    journal,
    lineage,
    gate,
    setFates,
    propose,
    readInputs: async () => (await readFile(place('state/inputs'), 'utf8')).trimEnd().split('\n'),
    countRuns: async () => (await readFile(place('state/runs'), 'utf8')).trim().split('\n').length,
    run(...proposals) {
      attempts += proposals.length
      const left = [...proposals]
      return evolve(
        {
          journal,
          lineage,
          scorer: evaluator.scorer,
          seed: () => lineage.seed({ kind: 'directory', path: place('seed') }),
          evaluate: ({ tree }, signal) => evaluator.evaluate(tree, signal),
          inspire: () => [],
          calibrate: gate.calibrate,
          gate: gate.decide,
          compare: gate.compare,
          vary: () => propose(left.shift() ?? ''),
          supervise: async () => undefined,
          learn: async () => undefined,
          reload: async () => false,
          stop: createStop({ maxAttempts: attempts }, true),
        },
        never,
      )
    },
  }
}

/** Enough lines for any test, the same every time. */
function drawNoise(deviation: number): string {
  const random = createRandom(1)
  const draw = (): string => (deviation * drawNormal(random)).toFixed(6)
  return `${Array.from({ length: 600 }, () => `${draw()} ${draw()}`).join('\n')}\n`
}
