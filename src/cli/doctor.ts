import type { Command } from 'commander'
import { examine, type Finding } from '../commands/doctor.ts'
import { EXIT_CODES } from '../errors.ts'
import { renderColumns } from '../text.ts'
import { interruptibly } from './interruption.ts'
import { createStyle, toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('see whether a task can run, before tokens are spent')
    .description(
      'Checks what a run needs and says what to do where something is missing: git, Node, configuration, seed and scorer, knowledge base, provider, sandbox, disk.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--offline', "don't ask the provider")
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo doctor examples/sorting')
    .action(async (task: string, flags: { offline?: true; json?: true }, command: Command) => {
      const offline = flags.offline === true
      const findings = await interruptibly('nothing is recorded', (signal) =>
        examine(() => readTask(command, task), { offline }, signal),
      )
      if (findings.some(({ verdict }) => verdict === 'fail')) process.exitCode = EXIT_CODES.task
      writeData(flags.json ? JSON.stringify(findings, null, 2) : render(findings))
    })
}

function render(findings: readonly Finding[]): string {
  const style = createStyle(process.stdout)
  const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const
  const table = renderColumns(
    findings.map(({ verdict, subject, message }) => [
      verdict.padEnd(4),
      subject,
      toPlain(message).replaceAll('\n', ' '),
    ]),
  )
  return table
    .split('\n')
    .map((line, index) => {
      const { verdict, hint } = findings[index] ?? { verdict: 'ok' as const, hint: '' }
      return `${style(colours[verdict], line.slice(0, 4))}${line.slice(4)}${hint === '' ? '' : `\n      → ${toPlain(hint)}`}`
    })
    .join('\n')
}
