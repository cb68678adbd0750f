import type { Command } from 'commander'
import type { AttackResult, Audit } from '../audit/audit.ts'
import type { Outcome } from '../audit/judgement.ts'
import { auditOnce } from '../commands/measure-once.ts'
import { EXIT_CODES } from '../errors.ts'
import { firstLine, renderColumns, renderNumber } from '../text.ts'
import { interruptibly } from './interruption.ts'
import { createStyle, toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

interface AuditFlags {
  readonly json?: true
  readonly only: readonly string[]
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .summary('attack the scorer with cheating variants of the seed')
    .description(
      'Builds cheating variants of the seed, scores each of them once as a run would, and says which got a score that was not earned and what to change in the scorer. Everything happens in scratch directories.\nExit status 3 when one got through.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--only <name>', 'try only this attack; can be given several times', collect, [])
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  avo audit examples/sorting\n  avo audit my-task --only clock --only daemon',
    )
    .action(async (task: string, flags: AuditFlags, command: Command) => {
      const config = await readTask(command, task)
      const audit = await interruptibly('nothing is recorded', (signal) =>
        auditOnce(config, { only: flags.only, onResult: tell }, signal),
      )
      if (audit.results.some(({ outcome }) => outcome === 'forged')) process.exitCode = EXIT_CODES.task
      writeData(flags.json ? JSON.stringify(audit, null, 2) : render(audit))
    })
}

function collect(name: string, previous: readonly string[]): readonly string[] {
  return [...previous, name]
}

function tell({ attack, language, outcome }: AttackResult): void {
  process.stderr.write(`${attack} (${language}): ${outcome}\n`)
}

const COLOURS = { forged: 'red', held: 'green', rejected: 'green', 'not applicable': 'dim' } as const

function render({ sandbox, honest, results }: Audit): string {
  const style = createStyle(process.stdout)
  const several = new Set(results.map(({ language }) => language)).size > 1
  const nameOf = ({ attack, language }: AttackResult): string =>
    several ? `${attack} (${language})` : attack
  const rows = results.map((result) => [
    result.outcome,
    nameOf(result),
    result.ratio === null ? '' : `${renderNumber(result.ratio)}×`,
    result.family,
    firstLine(toPlain(result.reason), 70),
  ])
  const table = renderColumns([['outcome', 'attack', 'of the seed', 'family', 'reason'], ...rows], [2])
  const [header = '', ...lines] = table.split('\n')
  const coloured = lines.map((line, index) => {
    const outcome: Outcome = results[index]?.outcome ?? 'held'
    return `${style(COLOURS[outcome], line.slice(0, outcome.length))}${line.slice(outcome.length)}`
  })
  return [
    header,
    ...coloured,
    '',
    `The seed's own score: ${renderNumber(honest.value)}. Isolation: ${sandbox}.`,
    '',
    renderVerdict(results, nameOf),
  ].join('\n')
}

function renderVerdict(results: readonly AttackResult[], nameOf: (result: AttackResult) => string): string {
  const tried = results.filter(({ outcome }) => outcome !== 'not applicable').length
  const forged = results.filter(({ outcome }) => outcome === 'forged')
  if (forged.length === 0) return `No bypass seen in ${tried} attacks.`
  const advice = forged.map(
    (result) => `${nameOf(result)}: the candidate ${result.does}.\n  → ${result.advice}`,
  )
  return [`${forged.length} of ${tried} attacks got a score that was not earned.`, ...advice].join('\n\n')
}
