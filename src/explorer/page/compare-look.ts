import type { RunSummary } from '../run-view.ts'
import { FEWEST } from './compare-data.ts'

/** There are so many colours; what comes after takes them again. */
const COLOURS = 7
const SOLID: readonly number[] = []
/** Lengths of strokes and of the gaps between them, in pixels. */
const DASHES: readonly (readonly number[])[] = [SOLID, [5, 3], [2, 2], [9, 3], [9, 3, 2, 3], [2, 5]]

/** How a line is drawn: the name of its colour in the style sheet, and its dashes. */
export interface Stroke {
  readonly colour: string
  readonly dash: readonly number[]
}

/** How the lines of a comparison are drawn. */
export interface ComparisonLook {
  /** Of each run, in their order. */
  readonly runs: readonly Stroke[]
  /** The colour of the median over the repeats of each task. */
  readonly medians: ReadonlyMap<string, string>
}

/**
 * Colours for runs and for medians. While one task has repeats, each run has a colour, and the median that of the text. Where
 * several have, each task has a colour, and its runs are told apart by their dashes.
 */
export function lookOf(runs: readonly RunSummary[]): ComparisonLook {
  const tasks = Map.groupBy(runs, ({ facts }) => facts.task)
  const repeated = [...tasks.values()].filter((members) => members.length >= FEWEST).length
  const names = [...tasks.keys()]
  if (repeated < 2)
    return {
      runs: runs.map((_, index) => ({
        colour: lineColour(index),
        dash: DASHES[index < COLOURS ? 0 : 1] ?? SOLID,
      })),
      medians: new Map(names.map((task) => [task, 'ink'])),
    }
  return {
    runs: runs.map((run) => {
      const { task } = run.facts
      const place = tasks.get(task)?.indexOf(run) ?? 0
      return { colour: lineColour(names.indexOf(task)), dash: DASHES[place % DASHES.length] ?? SOLID }
    }),
    medians: new Map(names.map((task, index) => [task, lineColour(index)])),
  }
}

function lineColour(index: number): string {
  return `line-${(index % COLOURS) + 1}`
}

/** What tasks are called, by their ids: their runs' name, with the scorer where another scorer's task has the same. */
export function nameTasks(runs: readonly RunSummary[]): ReadonlyMap<string, string> {
  const names = new Map(runs.map(({ facts }) => [facts.task, facts.name]))
  return new Map(
    [...names].map(([task, name]) => {
      const isShared = [...names.values()].filter((other) => other === name).length > 1
      const scorer = task.slice(name.length).replace(/^\s*(sha256:)?/, '')
      return [task, isShared ? `${name}, scorer ${scorer.slice(0, 8)}` : name]
    }),
  )
}
