import type { Command } from 'commander'
import { renderStatus } from './render-status.ts'
import { toJson, watchStanding } from './standing.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'
import { watch } from './watch.ts'

interface StatusFlags {
  readonly watch?: true
  readonly json?: true
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('how a run stands, while it runs or afterwards')
    .description(
      'Shows how a run stands: what it does now, best version, attempts and their rate, what it has used, which limit of avo.yaml is reached first and when, what it takes on the disk, the last failures. It never disturbs the run.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--watch', 'go on showing it as it changes, until Ctrl-C (exit status 0)')
    .option('--json', 'one JSON document; with --watch one on each line')
    .addHelpText(
      'after',
      `
With --watch, a terminal shows one page that is drawn anew; elsewhere there is a line for each change. It goes on
when the run ends, because a run may go on as well.

Examples:
  avo status my-task
  avo status --watch my-task
  avo status --watch --json my-task | jq --unbuffered .best.number
  avo status my-task --json | jq .caps[0]`,
    )
    .action(async (task: string, flags: StatusFlags, command: Command) => {
      const config = await readTask(command, task)
      const run = await watchStanding(config)
      if (flags.watch) return watch(run, { isJson: flags.json === true })
      const standing = await run.now()
      writeData(flags.json ? JSON.stringify(toJson(standing), null, 2) : renderStatus(standing))
    })
}
