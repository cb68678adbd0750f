import type { Config } from '../config/config.ts'
import { openRunDirectory } from '../storage/run-directory.ts'
import { leaveSteering } from '../storage/steering.ts'

/**
 * Leaves a text for the agent of a task, whether it runs or not, and gives the text's sha256.
 *
 * @throws {AvoError} `usage` where the text is empty or too long, `storage` where it can't be written.
 */
export async function steerRun(config: Config, text: string): Promise<string> {
  const { steering } = await openRunDirectory(config.recordsDirectory)
  return leaveSteering(steering, text)
}
