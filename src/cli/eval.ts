import { resolve } from 'node:path'
import type { Command } from 'commander'
import { renderComparison } from '../agent/comparison.ts'
import { evaluateOnce } from '../commands/measure-once.ts'
import { EXIT_CODES } from '../errors.ts'
import type { Score } from '../score.ts'
import { renderDuration } from '../text.ts'
import { renderHoldout } from './holdout.ts'
import { interruptibly } from './interruption.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, workingDirectory, writeData } from './task.ts'

export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .summary('score the seed, the workspace or a path once')
    .description(
      'Scores a candidate once, as the run would, and says what went wrong if it did. Nothing is recorded.\nBy default the workspace is scored once it has a version, as it could be submitted now, else the seed.',
    )
    .argument(...TASK_ARGUMENT)
    .option(
      '--candidate <path>',
      "a file or a directory to score instead; 'seed' and 'workspace' name the task's own",
    )
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo eval examples/sorting --candidate seed')
    .action(async (task: string, flags: { candidate?: string; json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const named = flags.candidate === 'seed' || flags.candidate === 'workspace'
      const candidate =
        flags.candidate === undefined || named
          ? flags.candidate
          : resolve(workingDirectory(command), flags.candidate)
      const { score, scored, durationMs } = await interruptibly('nothing is recorded', (signal) =>
        evaluateOnce(config, candidate, signal),
      )
      if (!score.correct) process.exitCode = EXIT_CODES.task
      writeData(
        flags.json
          ? JSON.stringify({ candidate: scored, durationMs, ...score }, null, 2)
          : render(score, scored, durationMs),
      )
    })
}

function render(score: Score, scored: string, durationMs: number): string {
  const took = `${scored}, scored in ${renderDuration(durationMs)}`
  const parts = score.correct
    ? [
        took,
        renderComparison(score, undefined, 'maximize', ''),
        score.holdout && `hidden from the agent:\n${renderHoldout(score.holdout)}`,
        score.implausible && `hard to believe: ${score.implausible}`,
        score.warning && `warning: ${score.warning}`,
        score.feedback,
      ]
    : [
        `${took}: ${score.failure}`,
        score.reason,
        score.hidden && `hidden from the agent: ${score.hidden}`,
        score.feedback,
        score.output && `Output:\n${score.output}`,
      ]
  return toPlain(parts.filter(Boolean).join('\n\n'))
}
