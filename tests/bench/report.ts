import { createLogUpdate } from 'log-update'
import { renderDuration } from '../../src/text.ts'
import type { Figure, Report } from './figure.ts'

const WIDTHS = [103, 7, 18] as const

/** Prints each figure when it is known, and on stderr what is going on: lines that change on a terminal, else one a part. */
export function printReport(): Report & { hasMissed(): boolean } {
  const isTerminal = process.stderr.isTTY
  const lines = createLogUpdate(process.stderr)
  const running = new Map<string, string>()
  let hasMissed = false

  return {
    progress(part, done, total) {
      if (isTerminal) {
        if (done < total) running.set(part, `${part}: ${done} of ${total}`)
        else running.delete(part)
        lines([...running.values()].join('\n'))
      } else if (!running.has(part)) {
        running.set(part, part)
        process.stderr.write(`… ${part} (at ${renderDuration(performance.now())})\n`)
      }
    },
    figure(figure) {
      hasMissed ||= !figure.met
      if (isTerminal) lines.clear()
      process.stdout.write(`${renderFigure(figure)}\n`)
      if (isTerminal) lines([...running.values()].join('\n'))
    },
    hasMissed: () => hasMissed,
  }
}

function renderFigure({ name, value, target, met }: Figure): string {
  const [nameWidth, valueWidth, targetWidth] = WIDTHS
  return [
    name.padEnd(nameWidth),
    value.padStart(valueWidth),
    target.padStart(targetWidth),
    target === '' ? '' : met ? 'met' : 'MISSED',
  ]
    .join('  ')
    .trimEnd()
}
