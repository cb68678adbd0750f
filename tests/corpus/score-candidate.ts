import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Edit, NOTHING_TO_ATTACK, type Target } from '../../src/audit/attack.ts'
import { withLease } from '../../src/audit/scratch.ts'
import { createEvaluator } from '../../src/evaluation/create-evaluator.ts'
import type { Evaluator } from '../../src/evaluation/evaluator.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import type { Score } from '../../src/score.ts'
import { provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'
import type { CandidateEntry, CorpusLanguage } from './entry.ts'
import { SCORER_COMMANDS, SCORERS, SEEDS } from './scorers.ts'
import { type World, write } from './world.ts'

const NEVER = new AbortController().signal
/** Only who never answers has to wait for it. */
const PATIENCE_SECONDS = 40
/** An attack that nobody ends ends by itself after this. */
const LIFETIME_SECONDS = 30

/** Scores candidates of the corpus as a run would. */
export interface CandidateScorer {
  /** The scores of one candidate, as often as its entry says. */
  score(entry: CandidateEntry, language: CorpusLanguage, edit: Edit): Promise<readonly Score[]>
}

/** Makes the scorers in the world's own directory, where candidates that know it will look for them. */
export async function createCandidateScorer(world: World, sandbox: Sandbox): Promise<CandidateScorer> {
  const directory = join(world.task, 'candidates')
  const scratch = join(directory, 'tmp')
  mkdirSync(scratch, { recursive: true })
  for (const files of Object.values(SCORERS)) write(join(world.task, 'scorer'), files)
  await provideScoringKit(directory)
  const evaluators = new Map<string, Promise<Evaluator>>()

  function openEvaluator(
    language: CorpusLanguage,
    {
      patienceSeconds = PATIENCE_SECONDS,
      isLarge = false,
      hasHoldout = false,
      isTimed = false,
    }: CandidateEntry,
  ): Promise<Evaluator> {
    const env = {
      PATIENCE: String(patienceSeconds),
      TIMED: isTimed ? '1' : '0',
      LARGE: isLarge ? '1' : '0',
      HOLDOUT: hasHoldout ? '1' : '0',
    }
    const key = [language, ...Object.values(env)].join('-')
    const known = evaluators.get(key)
    if (known !== undefined) return known
    const source = join(directory, 'scorers', language)
    write(source, SCORERS[language])
    const opened = createEvaluator(
      {
        scorer: {
          kind: 'command',
          command: SCORER_COMMANDS[language],
          directory: source,
          exclude: [],
          env,
          timeoutSeconds: 120,
        },
        snapshotDirectory: join(directory, 'snapshots', key),
        temporaryDirectory: scratch,
        sandbox,
        workspace: { export: async (tree, target) => cpSync(tree, target, { recursive: true }) },
      },
      NEVER,
    )
    evaluators.set(key, opened)
    return opened
  }

  return {
    async score(entry, language, edit) {
      const { files = {}, evaluations = 1 } = entry
      const evaluator = await openEvaluator(language, entry)
      const tree = mkdtempSync(join(directory, 'tree-'))
      const lease = `${tree}.lease`
      const target: Target = { forged: FORGED, scratch, lease, lifetimeSeconds: LIFETIME_SECONDS }
      const { file, source } = SEEDS[language]
      const edited = edit(source, target)
      if (edited === null) throw new Error('there was nothing in the seed that the attack could take hold of')
      write(tree, { ...files, [file]: edited })
      try {
        const scores: Score[] = []
        for (let count = 0; count < evaluations; count++)
          scores.push(
            await withLease(lease, () => evaluator.evaluate(tree, NEVER, { inputs: 'the same inputs' })),
          )
        const reasons = scores.map((score) => (score.correct ? '' : score.reason))
        if (reasons.join().includes(NOTHING_TO_ATTACK))
          throw new Error('the attack found nothing to work with')
        return scores
      } finally {
        rmSync(tree, { recursive: true, force: true })
      }
    },
  }
}

const FORGED = JSON.stringify({ correct: true, scores: { bits: 1e9, numbers: 1e9 } })
