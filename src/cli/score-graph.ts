import { createScoreScale, type ScoreScale } from '../report/score-scale.ts'
import { runningBest, type ScoreCurve } from '../score-curve.ts'

/** How a graph is drawn. */
export interface GraphOptions {
  /** Columns in all. */
  readonly width: number
  /** Rows of the plot, without what stands below it. */
  readonly height: number
  /** Only characters that every terminal has. */
  readonly isAscii: boolean
  /** Colours a piece of the picture. */
  readonly style: (format: 'cyan' | 'yellow' | 'dim', text: string) => string
}

/** Dots of a character, across and down. */
const BRAILLE = { across: 2, down: 4 }
/** Bits of the dots of U+2800, by row. */
const BITS: readonly (readonly [number, number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
const ROWS_PER_TICK = 3
const LEAST_WIDTH = 16

/**
 * The curve of a run as text: the running best as a line of steps, the other attempts as points, the seed as a dashed line; scores
 * on the left, attempts below. Empty before the seed was measured.
 */
export function renderScoreGraph(curve: ScoreCurve, options: GraphOptions): string {
  const { height, isAscii, style } = options
  const scale = createScoreScale(curve, Math.max(2, Math.floor(height / ROWS_PER_TICK)))
  const first = curve.points[0]
  if (first === undefined || curve.seed === null) return ''

  const { down } = dotsOf(isAscii)
  const rowOf = (score: number): number => Math.floor(lineOf(score, scale, height * down) / down)
  const labels = new Map(scale.ticks.map(({ value, label }) => [rowOf(value), label]))
  const labelWidth = Math.max(...[...labels.values()].map((label) => label.length))
  const width = Math.max(LEAST_WIDTH, options.width - labelWidth - 2)
  const last = Math.max(first.attempt + 1, curve.points.at(-1)?.attempt ?? 0)
  const canvas = draw(curve, scale, { width, height, isAscii, first: first.attempt, last })
  const seedRow = rowOf(curve.seed)
  const [axis, mark, dash] = isAscii ? ['|', '+', '-'] : ['│', '┤', '┄']

  const rows = canvas.map((cells, row) => {
    const label = labels.get(row)
    const margin = `${(label ?? '').padStart(labelWidth)} ${label === undefined ? axis : mark}`
    const empty: Cell = row === seedRow ? { text: dash, format: 'dim' } : { text: ' ', format: null }
    return `${style('dim', margin)}${renderCells(
      cells.map((cell) => cell ?? empty),
      style,
    )}`.trimEnd()
  })
  const direction = `score, ${curve.direction === 'maximize' ? 'higher' : 'lower'} is better${scale.isLogarithmic ? ', logarithmic' : ''}`
  return [
    style('dim', direction),
    ...rows,
    style('dim', renderAxis(first.attempt, last, { width, labelWidth, isAscii })),
    renderKey(curve, options),
  ].join('\n')
}

interface Cell {
  readonly text: string
  readonly format: 'cyan' | 'yellow' | 'dim' | null
}

interface Canvas {
  readonly width: number
  readonly height: number
  readonly isAscii: boolean
  readonly first: number
  readonly last: number
}

/** A row for each line of text; null where nothing is. */
function draw(curve: ScoreCurve, scale: ScoreScale, canvas: Canvas): readonly (readonly (Cell | null)[])[] {
  const { width, height, isAscii, first, last } = canvas
  const { across, down } = dotsOf(isAscii)
  const [columns, lines] = [width * across, height * down]
  const x = (attempt: number): number => Math.round(((attempt - first) / (last - first)) * (columns - 1))
  const y = (score: number): number => lineOf(score, scale, lines)
  const best = new Set<number>()
  const others = new Set<number>()
  const at = (column: number, row: number): number => row * columns + column

  for (const { attempt, version, value } of curve.points)
    if (version === null && value !== null) others.add(at(x(attempt), y(value)))
  const versions = runningBest(curve)
  for (const [index, { attempt, value }] of versions.entries()) {
    const next = versions[index + 1]
    const [from, to, row] = [x(attempt), x(next?.attempt ?? last), y(value)]
    for (let column = from; column <= to; column++) best.add(at(column, row))
    const rise = next === undefined ? row : y(next.value)
    for (let line = Math.min(row, rise); line <= Math.max(row, rise); line++) best.add(at(to, line))
  }

  const bitsOf = (dots: ReadonlySet<number>, column: number, row: number): number =>
    BITS.slice(0, down).reduce(
      (bits, pair, line) =>
        pair
          .slice(0, across)
          .reduce(
            (sum, bit, dot) => (dots.has(at(column * across + dot, row * down + line)) ? sum | bit : sum),
            bits,
          ),
      0,
    )
  return Array.from({ length: height }, (_row, row) =>
    Array.from({ length: width }, (_column, column): Cell | null => {
      const [line, points] = [bitsOf(best, column, row), bitsOf(others, column, row)]
      if (line === 0 && points === 0) return null
      const text = isAscii ? (line > 0 ? '#' : '.') : String.fromCodePoint(0x2800 + (line | points))
      return { text, format: line > 0 ? 'cyan' : 'yellow' }
    }),
  )
}

/** Characters in a row that are formatted alike are formatted together. */
function renderCells(cells: readonly Cell[], style: GraphOptions['style']): string {
  const pieces: { text: string; readonly format: Cell['format'] }[] = []
  for (const { text, format } of cells) {
    const last = pieces.at(-1)
    if (last?.format === format) last.text += text
    else pieces.push({ text, format })
  }
  return pieces.map(({ text, format }) => (format === null ? text : style(format, text))).join('')
}

/** Dots that a character has, across and down. */
function dotsOf(isAscii: boolean): { readonly across: number; readonly down: number } {
  return isAscii ? { across: 1, down: 1 } : BRAILLE
}

/** Which of so many lines of dots a score is on, the highest first. */
function lineOf(score: number, scale: ScoreScale, lines: number): number {
  return Math.round((1 - scale.place(score)) * (lines - 1))
}

/** The line below the plot with the numbers of the first and the last attempt. */
function renderAxis(
  first: number,
  last: number,
  {
    width,
    labelWidth,
    isAscii,
  }: { readonly width: number; readonly labelWidth: number; readonly isAscii: boolean },
): string {
  const [corner, dash] = isAscii ? ['+', '-'] : ['└', '─']
  const [from, to] = [`attempt ${first.toLocaleString('en-US')}`, last.toLocaleString('en-US')]
  const indent = ' '.repeat(labelWidth + 1)
  return `${indent}${corner}${dash.repeat(width)}\n${indent} ${from}${to.padStart(width - from.length)}`
}

/** What the marks mean. */
function renderKey(curve: ScoreCurve, { isAscii, style }: GraphOptions): string {
  const others = curve.points.filter(({ version }) => version === null)
  const failed = others.filter(({ value }) => value === null).length
  const rejected = others.length - failed
  const [line, point, dash] = isAscii ? ['##', '.', '--'] : ['━━', '·', '┄┄']
  return [
    `${style('cyan', line)} best so far`,
    `${style('dim', dash)} seed`,
    ...(rejected === 0 ? [] : [`${style('yellow', point)} ${rejected.toLocaleString('en-US')} rejected`]),
    ...(failed === 0 ? [] : [`${failed.toLocaleString('en-US')} came to nothing`]),
    ...(curve.leftOut === 0 ? [] : [`${curve.leftOut} of another scorer left out`]),
  ].join('  ')
}
