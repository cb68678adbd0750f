import { isDeepStrictEqual } from 'node:util'
import type { Config } from './config.ts'

/** What becomes of an edit of avo.yaml while the run goes on. */
export interface TakeOver {
  /** The settings from now on. */
  readonly config: Config
  /** Changed keys that hold from now on. */
  readonly keys: readonly string[]
  readonly refused: readonly { readonly key: string; readonly why: string }[]
}

/** What can change between two attempts: budgets, the supervisor but for its model, what the agent is reminded of, its model. */
const TAKEN = /^(?:max_\w+|attempt\.\w+|provider\.\w+|supervisor\.(?!llm)\w+|inspirations\.\w+|llm\..+)$/

/** Why the others can't, the first that fits. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:seed|workspace_dir|log_dir|git_persist|solution_file)/,
    'the lineage has begun with the old one: a new one takes a directory of its own',
  ],
  [
    /^(?:scorer|scoring_|accept|gate|editable)/,
    'no score may change its meaning within a session: stop the run and start it again',
  ],
  [
    /^(?:sandbox|container|readable|network|limits)/,
    'the sandboxes are open: stop the run and start it again',
  ],
]
const OTHERWISE = 'it is read when the run starts: stop it and start it again'

/**
 * Compares the settings in use with the file as it is now.
 *
 * @param seen the file's values when it was looked at before: what was refused then is not spoken of again
 */
export function takeOver(current: Config, edited: Config, seen: Config['values']): TakeOver {
  const names = [...new Set([...Object.keys(current.values), ...Object.keys(edited.values)])]
  const differs = (key: string, values: Config['values']): boolean =>
    !isDeepStrictEqual(values[key], edited.values[key])
  const changed = names.filter((key) => differs(key, current.values))
  const keys = changed.filter((key) => TAKEN.test(key))
  const refused = changed.filter((key) => !TAKEN.test(key))
  const { budget, maxTurns, giveUpAfterMs, llm, fallbacks, supervisor, inspirations } = edited
  const kept = refused.map((key) => [key, current.values[key]])
  const values = { ...edited.values, ...Object.fromEntries(kept) }
  return {
    config: { ...current, budget, maxTurns, giveUpAfterMs, llm, fallbacks, supervisor, inspirations, values },
    keys,
    refused: refused
      .filter((key) => differs(key, seen))
      .map((key) => ({ key, why: REASONS.find(([pattern]) => pattern.test(key))?.[1] ?? OTHERWISE })),
  }
}
