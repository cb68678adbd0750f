import { readFile } from 'node:fs/promises'
import { type Config, readConfig } from '../config/config.ts'
import { takeOver } from '../config/take-over.ts'
import { AvoError } from '../errors.ts'
import type { Journal } from '../journal.ts'

/** The settings of a run that goes on while the person edits them. */
export interface LiveConfig {
  /** The settings in use. */
  readonly current: Config
  /** Takes over what may be taken over of an edit of avo.yaml, says so, and says why the rest is not. Whether anything was. */
  refresh(): Promise<boolean>
}

/**
 * Watches a run's avo.yaml.
 *
 * @param apply puts settings to use that were not in use before; an `AvoError` means that they can't be
 */
export function createLiveConfig(
  initial: Config,
  journal: Journal,
  apply: (next: Config, keys: readonly string[]) => Promise<void>,
): LiveConfig {
  let current = initial
  let seen = initial.values
  let seenText: string | null = null

  return {
    get current() {
      return current
    },
    async refresh() {
      const text = await readFile(initial.file, 'utf8').catch(() => null)
      if (text === null || text === seenText) return false
      seenText = text
      try {
        return await adopt(await readConfig(initial.file, initial.overrides))
      } catch (error) {
        if (!(error instanceof AvoError)) throw error
        const told = `the edit of ${initial.file} is left alone, and the settings stay as they were: ${error.message} ${error.hint}`
        journal.record({ type: 'notice.given', level: 'warning', text: told })
        return false
      }
    },
  }

  async function adopt(edited: Config): Promise<boolean> {
    const { config, keys, refused } = takeOver(current, edited, seen)
    seen = edited.values
    if (keys.length > 0) await apply(config, keys)
    current = config
    if (keys.length + refused.length > 0)
      journal.record({ type: 'config.changed', keys, refused, budget: config.budget })
    return keys.length > 0
  }
}
