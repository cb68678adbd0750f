import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openExplorer } from '../../src/explorer/explorer.ts'

/** Serves the page of some tasks for the length of a test, and gives its address. */
export async function explore(...directories: readonly string[]): Promise<string> {
  const configs = await Promise.all(directories.map((directory) => readConfig(directory)))
  const explorer = await openExplorer(configs, 0)
  onTestFinished(() => explorer.close())
  return explorer.url
}
