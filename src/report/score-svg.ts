import { scaleLinear } from 'd3-scale'
import { area, curveStepAfter, line } from 'd3-shape'
import { runningBest, type ScoreCurve, type ScorePoint } from '../score-curve.ts'
import { renderCount, renderNumber } from '../text.ts'
import { escapeXml } from './escape-xml.ts'
import { createScoreScale } from './score-scale.ts'

const WIDTH = 840
const HEIGHT = 360
const PLOT = { left: 76, right: 24, top: 44, bottom: 52 }
const Y_TICKS = 6
const X_TICKS = 8
/** Steps of the places where attempts are drawn: as many as there can be, however long the run was. */
const GRID = 2

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 15px; font-weight: 600; fill: #1f2328 }
.tick { stroke: #d0d7de; stroke-width: 1 }
.seed { stroke: #57606a; stroke-dasharray: 5 4 }
.best { fill: none; stroke: #0969da; stroke-width: 2 }
.band { fill: #0969da; opacity: .18 }
.version { stroke: #0969da; stroke-width: 7; stroke-linecap: round }
.rejected { stroke: #bf8700; stroke-width: 3.5; stroke-linecap: round; opacity: .6 }
.failed { stroke: #cf222e; stroke-width: 1.2; opacity: .75 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 }
  .title { fill: #f0f6fc }
  .tick { stroke: #2f353d }
  .seed { stroke: #9198a1 }
  .best, .version { stroke: #4493f8 }
  .band { fill: #4493f8 }
  .rejected { stroke: #d29922 }
  .failed { stroke: #f85149 }
}`

/**
 * A run's curve as a picture that needs nothing else: the running best with its intervals, every other attempt, the seed. It is
 * legible on light and dark, its size is bounded however many attempts there were, and it says in words what it shows.
 *
 * @param title one line of plain text
 */
export function renderScoreSvg(curve: ScoreCurve, title: string): string {
  const first = curve.points[0]?.attempt ?? 0
  const last = Math.max(first + 1, curve.points.at(-1)?.attempt ?? 0)
  const x = scaleLinear([first, last], [PLOT.left, WIDTH - PLOT.right])
  const scale = createScoreScale(curve, Y_TICKS)
  const bottom = HEIGHT - PLOT.bottom
  const y = (score: number): number => round(bottom - scale.place(score) * (bottom - PLOT.top))
  const best = steps(curve, last)

  const drawn = [
    ...scale.ticks.map(({ value, label }) => renderRow(y(value), label)),
    ...x
      .ticks(X_TICKS)
      .filter(Number.isInteger)
      .map((attempt) => renderColumn(round(x(attempt)), bottom, attempt)),
    ...(curve.seed === null ? [] : [renderSeed(y(curve.seed))]),
    drawBand(best, x, y),
    drawPlaces(
      'failed',
      curve.points,
      ({ value }) => value === null,
      (point) => [x(point.attempt), bottom + 1],
      'v6',
    ),
    drawPlaces(
      'rejected',
      curve.points,
      ({ version, value }) => version === null && value !== null,
      ({ attempt, value }) => [x(attempt), y(value ?? 0)],
      'h0',
    ),
    drawBest(best, x, y),
    drawPlaces(
      'version',
      curve.points,
      ({ version }) => version !== null,
      ({ attempt, value }) => [x(attempt), y(value ?? 0)],
      'h0',
    ),
  ]
  const words = describe(curve)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(words)}</desc>
<style>${STYLE}
</style>
<text class="title" x="${PLOT.left}" y="22">${escapeXml(title)}</text>
${drawn.filter((part) => part !== '').join('\n')}
${renderLegend(curve, scale.isLogarithmic)}
</svg>
`
}

/** What the picture shows, for those who can't see it. */
function describe(curve: ScoreCurve): string {
  const best = runningBest(curve).at(-1)
  if (best === undefined || curve.seed === null) return 'Nothing was measured yet.'
  const { rejected, failed } = countOthers(curve)
  return `Score over ${renderCount(curve.points.length - 1, 'attempt')}, ${curve.direction === 'maximize' ? 'higher' : 'lower'} is better. The best version is v${best.version} with ${renderNumber(best.value)}, made by attempt ${best.attempt}; the search began at ${renderNumber(curve.seed)}. ${renderCount(rejected, 'attempt')} ${rejected === 1 ? 'was' : 'were'} measured and rejected, ${failed} came to nothing.`
}

function countOthers({ points }: ScoreCurve): { readonly rejected: number; readonly failed: number } {
  const others = points.filter(({ version }) => version === null)
  const failed = others.filter(({ value }) => value === null).length
  return { rejected: others.length - failed, failed }
}

interface Step {
  readonly attempt: number
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The running best up to the last attempt. */
function steps(curve: ScoreCurve, last: number): readonly Step[] {
  const versions = runningBest(curve).map(({ attempt, value, low, high }) => ({
    attempt,
    value,
    low: low ?? value,
    high: high ?? value,
  }))
  const newest = versions.at(-1)
  return newest === undefined ? [] : [...versions, { ...newest, attempt: last }]
}

type Place = (number: number) => number

function drawBest(best: readonly Step[], x: Place, y: Place): string {
  const draw = line<Step>(
    ({ attempt }) => round(x(attempt)),
    ({ value }) => y(value),
  ).curve(curveStepAfter)
  return `<path class="best" d="${draw(best) ?? ''}"/>`
}

function drawBand(best: readonly Step[], x: Place, y: Place): string {
  if (best.every(({ low, high }) => low === high)) return ''
  const draw = area<Step>(
    ({ attempt }) => round(x(attempt)),
    ({ low }) => y(low),
    ({ high }) => y(high),
  ).curve(curveStepAfter)
  return `<path class="band" d="${draw(best) ?? ''}"/>`
}

/** A mark for each of some points; those in the same place are one. */
function drawPlaces(
  name: string,
  points: readonly ScorePoint[],
  isMeant: (point: ScorePoint) => boolean,
  place: (point: ScorePoint) => readonly [number, number],
  mark: string,
): string {
  const marks = points.filter(isMeant).map((point) => {
    const [across, down] = place(point)
    return `M${snap(across)} ${snap(down)}${mark}`
  })
  return marks.length === 0 ? '' : `<path class="${name}" d="${[...new Set(marks)].join('')}"/>`
}

function renderRow(y: number, label: string): string {
  return `<path class="tick" d="M${PLOT.left} ${y}H${WIDTH - PLOT.right}"/><text x="${PLOT.left - 8}" y="${y + 4}" text-anchor="end">${escapeXml(label)}</text>`
}

function renderColumn(x: number, bottom: number, attempt: number): string {
  return `<text x="${x}" y="${bottom + 22}" text-anchor="middle">${attempt.toLocaleString('en-US')}</text>`
}

function renderSeed(y: number): string {
  return `<path class="seed" d="M${PLOT.left} ${y}H${WIDTH - PLOT.right}"/>`
}

/** What the marks mean, with how many there are, and what the axes are. */
function renderLegend(curve: ScoreCurve, isLogarithmic: boolean): string {
  const { rejected, failed } = countOthers(curve)
  const entries = [
    [
      'version',
      'h0',
      `versions (${Math.max(0, runningBest(curve).length - 1).toLocaleString('en-US')}), their intervals`,
    ],
    ['rejected', 'h0', `rejected (${rejected.toLocaleString('en-US')})`],
    ['failed', 'm0-3v6', `came to nothing (${failed.toLocaleString('en-US')})`],
    ['seed', 'm-7 0h14', 'seed'],
  ] as const
  const y = HEIGHT - 12
  let x = PLOT.left + 66
  const keys = entries.map(([name, mark, words]) => {
    const key = `<path class="${name}" d="M${x} ${y - 4}${mark}"/><text x="${x + 12}" y="${y}">${words}</text>`
    x += 36 + words.length * 5.9
    return key
  })
  const scale = `score, ${curve.direction === 'maximize' ? 'higher' : 'lower'} is better${isLogarithmic ? ', logarithmic' : ''}`
  return `<text x="${PLOT.left - 8}" y="${y}">attempt</text>${keys.join('')}
<text x="${WIDTH - PLOT.right}" y="22" text-anchor="end">${scale}</text>`
}

function snap(value: number): number {
  return Math.round(value / GRID) * GRID
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
