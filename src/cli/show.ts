import type { Command } from 'commander'
import { renderComparison } from '../agent/comparison.ts'
import { readRun, readVersionDiff } from '../commands/inspect.ts'
import { AvoError } from '../errors.ts'
import { renderPercent, renderUsd } from '../text.ts'
import { renderHoldout } from './holdout.ts'
import { createStyle, toPlain } from './style.ts'
import { parseVersion, readTask, writeData } from './task.ts'

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .summary('a version: message, scores, diff against its parent')
    .description(
      'Shows a version: what changed and why, its scores against the version before, and the diff.\nThe task is the current directory, or the one given by -C.',
    )
    .argument('<version>', 'v3, or 3', parseVersion)
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo -C examples/sorting show v3')
    .action(async (number: number, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, '.')
      const { state } = await readRun(config)
      const version = state.versions[number]
      if (version === undefined)
        throw new AvoError(
          'usage',
          `there is no v${number}`,
          state.versions.length === 0
            ? 'Nothing was run here yet: avo run makes v0 of the seed.'
            : `The newest version is v${state.versions.length - 1}; avo log lists them.`,
        )
      const parent = state.versions[number - 1]
      const diff = parent === undefined ? '' : await readVersionDiff(config, parent.tree, version.tree)
      if (flags.json) return writeData(JSON.stringify({ ...version, diff }, null, 2))
      const { score, gain, attempt, base, costUsd, commit, committedAt } = version
      const facts = [
        `v${number}  ${commit}  ${committedAt}`,
        `attempt ${attempt}${base === undefined ? '' : ` from v${base}`}, ${costUsd === null ? 'cost unknown' : renderUsd(costUsd)}${parent === undefined ? '' : `, ${renderPercent(gain)}`}`,
        '',
        version.summary,
        '',
        renderComparison(score, parent?.score, config.direction, `v${number - 1}`),
        ...(score.holdout ? ['', 'hidden from the agent:', renderHoldout(score.holdout)] : []),
      ]
      writeData([toPlain(facts.join('\n')), colourDiff(toPlain(diff))].filter(Boolean).join('\n\n'))
    })
}

function colourDiff(diff: string): string {
  const style = createStyle(process.stdout)
  return diff
    .split('\n')
    .map((line) => {
      if (line.startsWith('+')) return style('green', line)
      if (line.startsWith('-')) return style('red', line)
      return line.startsWith('@@') ? style('cyan', line) : line
    })
    .join('\n')
}
