import type { Command } from 'commander'
import { readRun } from '../commands/inspect.ts'
import { stopRun } from '../commands/stop-run.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addStopCommand(program: Command): void {
  program
    .command('stop')
    .summary('stop a run from another terminal')
    .description(
      'Ends the process that runs the task as Ctrl-C does: the step comes to a clean end, all is saved, and avo run goes on with it later.\nWaits until it has ended. Where nothing runs it says so.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--now', 'end it at once, as a second Ctrl-C does; nothing that was recorded is lost')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExamples:\n  avo stop my-task\n  avo stop my-task --now')
    .action(async (task: string, flags: { now?: true; json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const pid = await stopRun(config, { now: flags.now === true }, (asked) => {
        process.stderr.write(`process ${asked} was asked to stop; waiting for it (--now ends it at once)\n`)
      })
      const { ended } = (await readRun(config)).state
      if (flags.json) return writeData(JSON.stringify({ pid, ended }, null, 2))
      if (pid === null) return writeData('Nothing runs here.')
      const how = ended === null ? 'in the middle of a step' : toPlain(ended.message)
      writeData(`Process ${pid} has ended: ${how}. avo run goes on with it.`)
    })
}
