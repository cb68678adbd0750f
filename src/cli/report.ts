import { writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { AvoError, toMessage } from '../errors.ts'
import { writeReportPage } from '../explorer/report-page.ts'
import { renderReport } from '../report/render-report.ts'
import { type Report, readReport } from '../report/report.ts'
import { renderScoreSvg } from '../report/score-svg.ts'
import { firstLine, renderNumber, renderPercent } from '../text.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, toShownPath, workingDirectory } from './task.ts'

interface ReportFlags {
  readonly output?: string
  readonly svg?: string
  readonly html?: string
  readonly transcripts?: true
  readonly json?: true
}

/** Something that is told of a run, and where. */
interface Output {
  /** As it is named on the command line; `-` is standard output. */
  readonly file: string
  /** Writes it to a path, or to standard output. */
  write(file: string): Promise<unknown>
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('a run told to others: Markdown for a pull request, the curve as a picture, a page as one file')
    .description(
      'Tells a run as Markdown: baseline and gain, versions with their diffs, what failed and why, cost, environment, how to reproduce it.\nWhat models, documents and scorers have written is shown in it and does nothing. It never disturbs the run.',
    )
    .argument(...TASK_ARGUMENT)
    .option('-o, --output <file>', 'write it there; by default, and for -, to standard output')
    .option(
      '--svg <file>',
      'the score over the attempts as a picture, instead or beside it; - is standard output',
    )
    .option('--html <file>', 'the page of avo explore as one file that opens from the disk')
    .option('--transcripts', 'with --html: what was said in each attempt, too, which may be much')
    .option('--json', 'the same as one JSON document')
    .addHelpText(
      'after',
      `
Files that are there are written anew. A report that is written together with its picture shows it.

Examples:
  avo report my-task | gh pr create --title "Faster sorting" --body-file -
  avo report my-task --svg curve.svg
  avo report my-task -o docs/report.md --svg docs/curve.svg
  avo report my-task --html run.html`,
    )
    .action(async (task: string, flags: ReportFlags, command: Command) => {
      requirePage(flags)
      const config = await readTask(command, task)
      const report = await readReport(config)
      const directory = workingDirectory(command)
      const pages: readonly Output[] = [
        ...(flags.svg === undefined
          ? []
          : [{ file: flags.svg, write: (file: string) => writeText(file, renderPicture(report)) }]),
        ...(flags.html === undefined
          ? []
          : [{ file: flags.html, write: (file: string) => writeReportPage([config], file, flags) }]),
      ]
      const text = (): string => renderText(report, config, flags, directory)
      const isTold = pages.length === 0 || flags.output !== undefined || flags.json === true
      const outputs: readonly Output[] = [
        ...pages,
        ...(isTold ? [{ file: flags.output ?? '-', write: (file: string) => writeText(file, text()) }] : []),
      ]
      if (outputs.filter(({ file }) => file === '-').length > 1)
        throw new AvoError(
          'usage',
          'standard output takes one of the two',
          'Name a file for the other: -o FILE, --svg FILE.',
        )
      for (const { file, write } of outputs) {
        const path = file === '-' ? file : resolve(directory, file)
        await write(path)
        if (path !== '-') process.stderr.write(`${toPlain(toShownPath(path))} was written\n`)
      }
    })
}

function requirePage({ html, transcripts }: ReportFlags): void {
  if (html === '-') throw new AvoError('usage', '--html takes a file', 'Name one that ends in .html.')
  if (html === undefined && transcripts)
    throw new AvoError('usage', '--transcripts goes with --html', 'Name the file: --html FILE.')
}

function renderText(
  report: Report,
  config: Config,
  { svg, output, json }: ReportFlags,
  directory: string,
): string {
  if (json) return `${JSON.stringify(report, null, 2)}\n`
  const from = output === undefined || output === '-' ? null : dirname(resolve(directory, output))
  return renderReport(report, {
    task: quote(toShownPath(dirname(config.file))),
    workspace: config.gitPersist ? quote(toShownPath(config.workspaceDirectory)) : null,
    picture:
      svg === undefined || svg === '-' || from === null ? null : relative(from, resolve(directory, svg)),
  })
}

function renderPicture({ project, curve, versions, comparison }: Report): string {
  const best = versions.at(-1)
  const direct = comparison?.version === best?.number ? (comparison?.gain ?? null) : null
  const gain = direct === null ? '' : `, ${renderPercent(direct)} over the seed`
  const standing = best === undefined ? '' : `: v${best.number}, ${renderNumber(best.score)}${gain}`
  return renderScoreSvg(curve, `${firstLine(project, 60)}${standing}`)
}

/** A word for the shell. */
function quote(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

async function writeText(file: string, text: string): Promise<void> {
  if (file === '-') {
    process.stdout.write(text)
    return
  }
  try {
    await writeFile(file, text)
  } catch (cause) {
    throw new AvoError(
      'usage',
      `can't write ${toShownPath(file)}: ${toMessage(cause)}`,
      'Name a file in a directory that is there.',
      { cause },
    )
  }
}
