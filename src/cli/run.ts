import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { Budget } from '../budget.ts'
import type { Override } from '../config/config.ts'
import { openRun, type Run } from '../run.ts'
import type { ModelSource } from '../running/adapters.ts'
import { exitCodeOf } from '../stop.ts'
import { interruptibly } from './interruption.ts'
import { renderLineage } from './lineage-table.ts'
import { createLiveView } from './live-view.ts'
import { renderEvent } from './progress-lines.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, toShownPath, workingDirectory, writeData } from './task.ts'

interface RunFlags {
  readonly provider?: string
  readonly model?: string
  readonly maxVersions?: string
  readonly maxAttempts?: string
  readonly maxWallTime?: number
  readonly maxCostUsd?: string
  readonly maxTokens?: string
  readonly set: readonly Override[]
  readonly record?: string
  readonly replay?: string
  readonly json?: true
  readonly quiet?: true
}

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .summary('run a task; the same command goes on where the last one stopped')
    .description(
      'Runs a task until one of its limits is reached. What is correct and better becomes a commit in its workspace.\nRun again after a stop, a crash or with higher limits: it goes on where it was.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--provider <name>', 'llm.provider: openai, anthropic, ollama, ollama_cloud, custom, builtin')
    .option('--model <name>', 'llm.model')
    .option('--max-versions <n>', 'stop after this many accepted versions')
    .option('--max-attempts <n>', 'stop after this many attempts')
    .option('--max-wall-time <time>', 'stop after this time: 90m, 8h, 2d; a number is hours', parseHours)
    .option('--max-cost-usd <usd>', 'stop when this much was spent')
    .option('--max-tokens <n>', 'stop when this many tokens were used')
    .option('--set <key=value>', 'any key of avo.yaml: --set scorer.timeout_seconds=30', collectOverride, [])
    .option('--record <file>', "write the model's replies to a cassette; packed where its name ends in .gz")
    .option('--replay <file>', 'take the replies from a cassette instead of a model')
    .option('--json', 'write the events to standard output as JSON lines')
    .option('--quiet', 'say nothing but warnings and the result')
    .addHelpText('after', '\nExample:\n  avo run examples/sorting --max-attempts 20')
    .action(async (task: string, flags: RunFlags, command: Command) => {
      const config = await readTask(command, task, toOverrides(flags))
      const source = pickSource(flags, workingDirectory(command))
      // Whoever sees that it runs may stop it, also while it opens what it has.
      await interruptibly('the run can go on later', async (signal) => {
        const run = await openRun(config, source)
        const stopShowing = show(run, flags)
        try {
          process.exitCode = exitCodeOf(await run.start(signal))
        } finally {
          stopShowing()
          run.close()
        }
        if (!flags.json) writeData(renderResult(run))
      })
    })
}

function renderResult({ config, journal }: Run): string {
  const lineage = renderLineage(journal.state, process.stdout.columns)
  if (!config.gitPersist || journal.state.versions.length === 0) return lineage
  return `${lineage}\n\nThe lineage: git -C ${toShownPath(config.workspaceDirectory)} log`
}

/** Shows events as they come: JSON lines, a live block on a terminal, or a plain line each. */
function show(run: Run, flags: RunFlags): () => void {
  const { config, journal } = run
  if (flags.json) return journal.subscribe((event) => writeData(JSON.stringify(event)))
  const level = flags.quiet ? 'WARNING' : config.logLevel
  // Some terminals have no width, and nothing can be laid out there.
  if (process.stderr.isTTY && process.stderr.columns > 0 && !flags.quiet) {
    const budget = (): Budget => run.config.budget
    const view = createLiveView(process.stderr, { budget, maxTurns: config.maxTurns, level })
    const unsubscribe = journal.subscribe(view.show)
    return () => {
      unsubscribe()
      view.close()
    }
  }
  return journal.subscribe((event, state) => {
    const line = renderEvent(event, state, level)
    if (line !== null) process.stderr.write(`${toPlain(line)}\n`)
  })
}

function toOverrides(flags: RunFlags): readonly Override[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['llm.provider', flags.provider],
    ['llm.model', flags.model],
    ['max_versions', flags.maxVersions],
    ['max_attempts', flags.maxAttempts],
    ['max_wall_time_hours', flags.maxWallTime?.toString()],
    ['max_cost_usd', flags.maxCostUsd],
    ['max_tokens', flags.maxTokens],
  ]
  return [...named.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])), ...flags.set]
}

function pickSource({ record, replay }: RunFlags, directory: string): ModelSource {
  return {
    ...(record === undefined ? {} : { record: resolve(directory, record) }),
    ...(replay === undefined ? {} : { replay: resolve(directory, replay) }),
  }
}

function collectOverride(text: string, previous: readonly Override[]): readonly Override[] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('it takes key=value, as in --set llm.effort=high')
  return [...previous, { key: text.slice(0, at), value: text.slice(at + 1) }]
}

function parseHours(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('it takes a time such as 90m, 8h or 2d')
  const hours = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24 }
  const unit = match[2]
  return Number(match[1]) * (unit === 's' || unit === 'm' || unit === 'd' ? hours[unit] : hours.h)
}
