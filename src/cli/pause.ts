import type { Command } from 'commander'
import { pauseRun, resumeRun } from '../commands/pause-run.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addPauseCommand(program: Command): void {
  program
    .command('pause')
    .summary('let a run rest; avo resume lets it go on')
    .description(
      'Lets a run rest before its next model call, until avo resume. A measurement that has begun is brought to its end. While it rests nothing is spent, and the time is no running time.\nThe process stays; avo stop ends it. A run that is started anew is not paused.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo pause my-task')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const pid = await pauseRun(await readTask(command, task))
      if (flags.json) return writeData(JSON.stringify({ pid }, null, 2))
      writeData(
        pid === null
          ? 'Nothing runs here.'
          : `Process ${pid} rests before its next model call. avo resume lets it go on.`,
      )
    })
  program
    .command('resume')
    .summary('end the pause of a run')
    .description('Lets a run that rests go on.')
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo resume my-task')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const pid = await resumeRun(await readTask(command, task))
      if (flags.json) return writeData(JSON.stringify({ pid }, null, 2))
      writeData(pid === null ? 'Nothing runs here: avo run starts it.' : `Process ${pid} goes on.`)
    })
}
