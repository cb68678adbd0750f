import { z } from 'zod'
import { describeDoubt, type Preview } from '../../gate/preview.ts'
import type { Journal } from '../../journal.ts'
import type { Version } from '../../lineage.ts'
import { type Direction, gainOver } from '../../score.ts'
import { firstLine } from '../../text.ts'
import { renderEvaluation } from '../comparison.ts'
import type { EarlierEvaluations } from '../earlier-evaluations.ts'
import type { ReaddedRemark } from '../readded-remark.ts'
import { createTool, type Tool } from '../tool.ts'

/** `evaluate`: scores the workspace as it is now, against the best version; what was scored before is told again. */
export function createEvaluate(options: {
  readonly snapshot: () => Promise<string>
  readonly measure: (tree: string, best: Version, signal: AbortSignal) => Promise<Preview>
  readonly best: () => Version
  readonly direction: Direction
  readonly journal: Journal
  readonly earlier: EarlierEvaluations
  readonly readded: ReaddedRemark
}): Tool {
  const { journal, earlier, readded } = options
  return createTool({
    name: 'evaluate',
    description:
      'Scores the workspace as it is now: correctness first, then every configuration against the best version, with the metrics and the feedback of the scorer. Use it as often as it helps; only what you submit can become a version. Code that was evaluated before is not run again: you are told what came out then. Of an idea that was given up before you are told that first.',
    input: z.object({}),
    about: () => '',
    async execute(_input, signal) {
      const best = options.best()
      const tree = await options.snapshot()
      if (tree === best.tree)
        return `The solution is v${best.number}, unchanged: there is nothing to evaluate.`
      const { codeId, answer } = await earlier.find(tree, best)
      if (answer !== null) {
        const attempt = journal.state.attempt?.number ?? 0
        journal.record({ type: 'candidate.recalled', attempt, tree, known: firstLine(answer, 300) })
        return { text: answer, effect: tree }
      }
      const remembered = await readded.before(tree)
      if (remembered !== null)
        throw new Error(
          `nothing was run: ${remembered}\nCall evaluate again to have it measured all the same, where it is otherwise this time.`,
        )
      const preview = await options.measure(tree, best, signal)
      const reference = { number: best.number, score: preview.reference }
      const report = renderEvaluation(preview.score, reference, options.direction, describeDoubt(preview))
      const { score } = preview
      const gain = score.correct ? gainOver(score.value, preview.reference.value, options.direction) : null
      const [remark] = await Promise.all([
        readded.after(tree),
        earlier.keep({ tree, codeId, against: best.number, gain, report }),
      ])
      return { text: [report, remark].filter(Boolean).join('\n\n'), effect: tree, changed: true }
    },
  })
}
