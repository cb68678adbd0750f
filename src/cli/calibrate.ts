import { resolve } from 'node:path'
import type { Command } from 'commander'
import { calibrateOnce, type ScorerCalibration } from '../commands/measure-once.ts'
import { describeNoise, describeRemedy } from '../gate/noise-report.ts'
import { renderColumns, renderCount, renderDuration, renderSize } from '../text.ts'
import { interruptibly } from './interruption.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, workingDirectory, writeData } from './task.ts'

export function addCalibrateCommand(program: Command): void {
  program
    .command('calibrate')
    .summary('how noisy the scorer is, and how small a gain it can show')
    .description(
      'Scores two copies of the same candidate in turns, as a run does when it starts, and says how much they differ, which gains can be told from that in how many rounds, and what to change. Nothing is recorded.',
    )
    .argument(...TASK_ARGUMENT)
    .option(
      '--candidate <path>',
      "a file or a directory; 'seed' and 'workspace' name the task's own; by default the workspace where there is one, else the seed",
    )
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo calibrate examples/sorting')
    .action(async (task: string, flags: { candidate?: string; json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const { candidate } = flags
      const isNamed = candidate === undefined || candidate === 'seed' || candidate === 'workspace'
      const path = isNamed ? candidate : resolve(workingDirectory(command), candidate)
      const calibration = await interruptibly('nothing is recorded', (signal) =>
        calibrateOnce(config, path, signal),
      )
      const advice = describeRemedy(calibration)
      writeData(
        flags.json
          ? JSON.stringify({ ...calibration, advice }, null, 2)
          : toPlain(renderCalibration(calibration, advice)),
      )
    })
}

function renderCalibration(calibration: ScorerCalibration, advice: string | null): string {
  const { scored, machine, rounds, roundMs, noise, detectable } = calibration
  const parts = [
    `${scored} against a copy of itself: ${renderCount(rounds, 'round')} of ${renderDuration(roundMs)} on ${machine}`,
    noise && renderNoise(noise),
    detectable.length > 0 && renderDetectable(detectable),
    renderPlan(calibration),
    advice,
  ]
  return parts.filter(Boolean).join('\n\n')
}

function renderNoise({ sd, floor, configurations }: NonNullable<ScorerCalibration['noise']>): string {
  const row = (name: string, values: { readonly sd: number; readonly floor: number }): string[] => [
    name,
    renderSize(Math.expm1(values.sd)),
    renderSize(Math.expm1(values.floor)),
  ]
  return renderColumns(
    [
      ['configuration', 'noise of a round', 'of five rounds'],
      ...configurations.map(({ configuration, ...values }) => row(configuration, values)),
      row('over all', { sd, floor }),
    ],
    [1, 2],
  )
}

function renderDetectable(detectable: ScorerCalibration['detectable']): string {
  return renderColumns(
    [
      ['rounds', 'tell a gain of'],
      ...detectable.map(({ rounds, gain }) => [String(rounds), renderSize(gain)]),
    ],
    [0, 1],
  )
}

function renderPlan(calibration: ScorerCalibration): string {
  const { plan, roundMs } = calibration
  const sentence = `At the gate, ${describeNoise(calibration)}.`
  if (plan.kind !== 'paired') return sentence
  const longest = renderDuration((plan.maxRounds + plan.confirmRounds) * roundMs)
  return `${sentence}\nA verdict takes 3 to ${renderCount(plan.maxRounds, 'round')}, and ${plan.confirmRounds} more to confirm a gain: ${longest} at most.`
}
