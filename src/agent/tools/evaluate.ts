import { z } from 'zod'
import { describeDoubt, type Preview } from '../../gate/preview.ts'
import type { RunState } from '../../journal.ts'
import type { Version } from '../../lineage.ts'
import type { Direction } from '../../score.ts'
import { renderEvaluation } from '../comparison.ts'
import { createTool, type Tool } from '../tool.ts'

/** `evaluate`: scores the workspace as it is now, against the best version. */
export function createEvaluate(options: {
  readonly snapshot: () => Promise<string>
  readonly measure: (tree: string, best: Version, signal: AbortSignal) => Promise<Preview>
  readonly best: () => Version
  readonly direction: Direction
  readonly state: RunState
}): Tool {
  return createTool({
    name: 'evaluate',
    description:
      'Scores the workspace as it is now: correctness first, then every configuration against the best version, with the metrics and the feedback of the scorer. Use it as often as it helps; only what you submit can become a version.',
    input: z.object({}),
    about: () => '',
    async execute(_input, signal) {
      const best = options.best()
      const tree = await options.snapshot()
      if (tree === best.tree)
        return `The solution is v${best.number}, unchanged: there is nothing to evaluate.`
      const earlier = options.state.evaluated.filter((evaluation) => evaluation.tree === tree).length
      const preview = await options.measure(tree, best, signal)
      const reference = { number: best.number, score: preview.reference }
      const text = renderEvaluation(preview.score, reference, options.direction, describeDoubt(preview))
      return { text: `${text}${renderRepetition(earlier)}`, effect: tree, changed: earlier === 0 }
    },
  })
}

/** Behind the table: the verdict stands first. */
function renderRepetition(earlier: number): string {
  if (earlier === 0) return ''
  const times = earlier === 1 ? 'once' : `${earlier} times`
  return `\n\nThese very files were evaluated ${times} before. Another look makes them no better: the gate measures afresh what you submit.`
}
