import type { Command } from 'commander'
import { readRun } from '../commands/inspect.ts'
import { steerRun } from '../commands/steer-run.ts'
import { STEERING_FILE } from '../journal.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addSteerCommand(program: Command): void {
  program
    .command('steer')
    .summary('tell the agent something while it runs')
    .description(
      `Gives the agent a text of yours at its next turn; where nothing runs, at the next avo run. Your words come before documents and the agent's own plans, and stay in force until you say otherwise.\nThe same does a file ${STEERING_FILE} beside avo.yaml, whenever it says something new.\nWhat was received is in the journal as steering.received, with the sha256 that is shown here.`,
    )
    .argument('<text>', 'what the agent should know')
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo steer "no numpy: the target machine does not have it" my-task')
    .action(async (text: string, task: string, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const hash = await steerRun(config, text)
      const { pid } = await readRun(config)
      if (flags.json) return writeData(JSON.stringify({ hash, pid }, null, 2))
      const when = pid === null ? 'at the next avo run' : `at its next turn (process ${pid})`
      writeData(`The agent gets it ${when}; sha256 ${hash}`)
    })
}
