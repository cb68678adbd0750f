import { z } from 'zod'
import { AvoError } from '../errors.ts'
import type { Execution } from '../sandbox/sandbox.ts'
import { describeCommand } from './scorer-program.ts'
import type { ScorerRun } from './scorer-run.ts'
import type { ScorerSpec } from './scorer-spec.ts'

/** What a scorer says about itself before it has scored anything. */
export interface ScorerDescription {
  /** Empty where only a score names them. */
  readonly configurations: readonly string[]
  readonly description: string
  /** The Python interpreter that works here. */
  readonly python: string
}

const INTERPRETERS = ['python3', 'python'] as const

const descriptionSchema = z.object({
  configurations: z.array(z.string()).min(1),
  description: z.string(),
})

/** Asks a Python class for its configurations and its description; other scorers are not asked. Throws an `AvoError` `scorer`. */
export async function describeScorer(
  spec: ScorerSpec,
  run: ScorerRun,
  signal: AbortSignal,
): Promise<ScorerDescription> {
  if (spec.kind !== 'python-class') return { configurations: [], description: '', python: '' }
  for (const python of INTERPRETERS) {
    const { execution, result } = await run(describeCommand(spec, python), async () => {}, signal)
    if (execution.exitCode === 127) continue
    if (execution.exitCode !== 0 || result.kind !== 'document') throw cannotDescribe(spec.module, execution)
    const parsed = descriptionSchema.safeParse(JSON.parse(result.text))
    if (!parsed.success) throw cannotDescribe(spec.module, execution)
    return { ...parsed.data, python }
  }
  throw new AvoError(
    'scorer',
    `${spec.module} needs Python, and there is neither python3 nor python on the PATH`,
  )
}

function cannotDescribe(module: string, { output, limit }: Execution): AvoError {
  const end = limit === 'time' ? 'did not answer in time' : 'can’t be loaded or names no configurations'
  return new AvoError(
    'scorer',
    `${module} ${end}:\n${output.trimEnd()}`,
    'Is scoring_class right, and can this Python import all that the module needs?',
  )
}
