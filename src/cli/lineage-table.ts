import { describeComparison } from '../gate/compare-with-seed.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains, type Version } from '../lineage.ts'
import { valueIn } from '../score.ts'
import { firstLine, renderColumns, renderNumber, renderPercent, renderUsd } from '../text.ts'
import { toPlain } from './style.ts'

/** What is said before the seed was measured. */
export const NO_VERSIONS = 'There are no versions yet.'

/** Of what changed: as much as there is room for, within these. */
const MOST_CHARACTERS = 60
const LEAST_CHARACTERS = 16
/** Between two columns. */
const GAP = 2

/** A column of the table. */
interface Column {
  readonly title: string
  readonly isText?: true
  cell(version: Version, index: number): string
}

/**
 * The lineage as a table, a row per version, and below it what the newest one is worth.
 *
 * @param width of the terminal: what does not fit is left out, configurations first, then the end of what changed, then when it
 * did; the whole where the output is none
 */
export function renderLineage(state: RunState, width = Number.POSITIVE_INFINITY): string {
  if (state.versions.length === 0) return NO_VERSIONS
  const table = fitTable(state.versions, width)
  return state.comparison === null ? table : `${table}\n\n${describeComparison(state.comparison)}`
}

function fitTable(versions: readonly Version[], width: number): string {
  const facts = columns(versions)
  const whole = render(versions, [...facts, whatChanged(MOST_CHARACTERS), ...configurations(versions)])
  if (widthOf(whole) <= width) return whole
  const roomBeside = (kept: readonly Column[]): number => width - widthOf(render(versions, kept)) - GAP
  const kept = roomBeside(facts) >= LEAST_CHARACTERS ? facts : facts.filter(({ title }) => title !== 'when')
  const room = Math.max(LEAST_CHARACTERS, Math.min(MOST_CHARACTERS, roomBeside(kept)))
  return render(versions, [...kept, whatChanged(room)])
}

function columns(versions: readonly Version[]): readonly Column[] {
  return [
    { title: 'version', isText: true, cell: ({ number }) => `v${number}` },
    { title: 'gain', cell: ({ number, gain }) => (number === 0 ? '' : renderPercent(gain)) },
    {
      title: 'over v0',
      cell: (_version, index) =>
        index === 0 ? '' : renderPercent(multiplyGains(versions.slice(0, index + 1))),
    },
    { title: 'score', cell: ({ score }) => renderNumber(score.value) },
    { title: 'cost', cell: ({ costUsd }) => (costUsd === null ? '?' : renderUsd(costUsd)) },
    { title: 'when', isText: true, cell: ({ committedAt }) => committedAt.slice(0, 16).replace('T', ' ') },
  ]
}

function whatChanged(characters: number): Column {
  return {
    title: 'what changed',
    isText: true,
    cell: ({ summary }) => toPlain(firstLine(summary, characters)),
  }
}

function configurations([seed]: readonly Version[]): readonly Column[] {
  const names = seed?.score.scores.map(({ configuration }) => configuration) ?? []
  return names.map((name) => ({
    title: toPlain(name),
    cell: ({ score }) => {
      const value = valueIn(score.scores, name)
      return value === null ? '' : renderNumber(value)
    },
  }))
}

function render(versions: readonly Version[], shown: readonly Column[]): string {
  const rows = versions.map((version, index) => shown.map(({ cell }) => cell(version, index)))
  const numbers = shown.flatMap(({ isText }, column) => (isText ? [] : [column]))
  return renderColumns([shown.map(({ title }) => title), ...rows], numbers)
}

function widthOf(text: string): number {
  return text.split('\n').reduce((widest, line) => Math.max(widest, line.length), 0)
}
