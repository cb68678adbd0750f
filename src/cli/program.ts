import { Command, CommanderError } from 'commander'
import { AvoError, EXIT_CODES, toMessage } from '../errors.ts'
import { packageVersion } from '../package-root.ts'
import { addAuditCommand } from './audit.ts'
import { addCalibrateCommand } from './calibrate.ts'
import { addCleanCommand } from './clean.ts'
import { addDoctorCommand } from './doctor.ts'
import { addEvalCommand } from './eval.ts'
import { addExploreCommand } from './explore.ts'
import { addExportCommand } from './export.ts'
import { addInitCommand } from './init.ts'
import { isInterruption } from './interruption.ts'
import { addKnowledgeCommand } from './knowledge.ts'
import { addLogCommand } from './log.ts'
import { addPauseCommand } from './pause.ts'
import { addReportCommand } from './report.ts'
import { addRunCommand } from './run.ts'
import { addShowCommand } from './show.ts'
import { addStatusCommand } from './status.ts'
import { addSteerCommand } from './steer.ts'
import { addStopCommand } from './stop.ts'
import { createStyle, toPlain } from './style.ts'

const program = new Command('avo')
  .description('An agent improves a program while you sleep; every number in its git log can be believed.')
  .option('-C <directory>', 'work as if started in this directory, as git does')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(avo --help shows the commands, avo COMMAND --help their options)')
  .addHelpText(
    'after',
    `
Examples:
  avo init my-task            make a task from the template
  avo doctor my-task          see whether it can run
  avo run my-task             run it; the same command goes on after a stop
  avo status my-task          see how it goes; avo stop my-task stops it
  avo explore my-task         look at it in a browser, while it runs or afterwards
  avo report my-task          tell it to others: Markdown for a pull request
  avo export my-task --branch faster
  git -C my-task/workspace log

Exit status:
  ${EXIT_CODES.ok}    the run ended by itself: a limit of avo.yaml was reached
  ${EXIT_CODES.unexpected}    a defect in avo
  ${EXIT_CODES.usage}    wrong arguments or configuration
  ${EXIT_CODES.task}    the task is at fault: the scorer, the seed or the candidate
  ${EXIT_CODES.model}    the model's provider failed, or the model did nothing; run again to go on
  ${EXIT_CODES.environment}    this machine is at fault: disk, lock, sandbox, git
  ${EXIT_CODES.interrupted}  stopped by Ctrl-C or SIGTERM; run again to go on`,
  )
  .exitOverride()

// Commander would take the version that export is asked for as a question for avo's own.
if (!process.argv.includes('export')) program.version(packageVersion())

addInitCommand(program)
addRunCommand(program)
addStatusCommand(program)
addExploreCommand(program)
addSteerCommand(program)
addPauseCommand(program)
addStopCommand(program)
addLogCommand(program)
addShowCommand(program)
addReportCommand(program)
addKnowledgeCommand(program)
addEvalCommand(program)
addCalibrateCommand(program)
addDoctorCommand(program)
addAuditCommand(program)
addExportCommand(program)
addCleanCommand(program)

// A reader that has gone (a closed pipe, a terminal that hung up) is no failure of the run.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Says what went wrong and what to do, and gives the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage
  if (isInterruption(error)) return EXIT_CODES.interrupted
  const style = createStyle(process.stderr)
  process.stderr.write(`${style('red', 'error:')} ${toPlain(toMessage(error))}\n`)
  if (!(error instanceof AvoError)) {
    if (error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    return EXIT_CODES.unexpected
  }
  if (error.hint !== '') process.stderr.write(`${style('yellow', 'hint:')} ${toPlain(error.hint)}\n`)
  return error.exitCode
}
