import { scaleLinear, scaleLog } from 'd3-scale'
import { runningBest, type ScoreCurve } from '../score-curve.ts'
import { digitsFor } from '../text.ts'

/** Where a score lies between the edges of a picture. */
export interface ScoreScale {
  readonly isLogarithmic: boolean
  /** 0 at the lowest score that is shown, 1 at the highest; what lies outside is put on the edge. */
  place(score: number): number
  /** Scores worth a line, with what to write beside them, the lowest first. */
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
}

/** From here on equal steps are of equal factors. */
const LOGARITHMIC_FROM = 5
/** A bad attempt does not press the versions flat: it is shown as far off as they are apart, or by this factor. */
const LEAST_FACTOR = 1.3
const PADDING = 0.04

/**
 * A scale on which every version can be told from the next, and most attempts are shown where they are.
 *
 * @param wanted about how many ticks there is room for
 */
export function createScoreScale(curve: ScoreCurve, wanted: number): ScoreScale {
  const [low, high] = rangeOf(curve)
  const isLogarithmic = high / low >= LOGARITHMIC_FROM
  const inner = (isLogarithmic ? scaleLog() : scaleLinear()).domain([low, high]).range([PADDING, 1 - PADDING])
  const edgeAt = (place: number, otherwise: number): number => {
    const score = inner.invert(place)
    return isScore(score) ? score : otherwise
  }
  const [from, to] = [edgeAt(0, low), edgeAt(1, high)]
  const whole = inner.copy().domain([from, to]).range([0, 1]).clamp(true)
  const rounded = isLogarithmic ? roundFactors(from, to, wanted) : []
  const values = rounded.length >= 2 ? rounded : scaleLinear().domain([from, to]).ticks(wanted)
  const shown = values.filter((value) => value >= from && value <= to)
  const digits = digitsFor(shown)
  return {
    isLogarithmic,
    place: (score) => whole(score),
    ticks: shown.map((value) => ({ value, label: renderTick(value, digits) })),
  }
}

/** All versions with their intervals and the seed, and of the other attempts as much as leaves those their room. */
function rangeOf(curve: ScoreCurve): readonly [low: number, high: number] {
  const kept = runningBest(curve).flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
  const sure = [...kept, ...(curve.seed === null ? [] : [curve.seed])].filter(isScore)
  const [least, most] = extentOf(sure)
  const room = Math.max(LEAST_FACTOR, most / least)
  const others = curve.points.flatMap(({ value }) => (value === null || !isScore(value) ? [] : [value]))
  const [low, high] = extentOf([
    ...sure,
    ...others.map((value) => Math.min(most * room, Math.max(least / room, value))),
  ])
  return low < high ? [low, high] : [low / LEAST_FACTOR, high * LEAST_FACTOR]
}

function isScore(value: number): boolean {
  return Number.isFinite(value) && value > 0
}

/** Not by spreading: there may be more than a function takes arguments. */
function extentOf(values: readonly number[]): readonly [low: number, high: number] {
  const first = values[0] ?? 1
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [first, first],
  )
}

/** Powers of ten, and 2 and 5 times them where there is room. */
function roundFactors(low: number, high: number, wanted: number): readonly number[] {
  const exponents = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => Math.floor(Math.log10(low)) + index)
  const powers = exponents(Math.ceil(Math.log10(high) - Math.log10(low)) + 2)
  for (const mantissas of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const values = powers
      .flatMap((exponent) => mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`)))
      .filter((value) => value >= low && value <= high)
    if (values.length <= wanted) return values
  }
  const inside = powers
    .map((exponent) => Number(`1e${exponent}`))
    .filter((value) => value >= low && value <= high)
  const every = Math.ceil(inside.length / wanted)
  return inside.filter((_, index) => index % every === 0)
}

/** Short, and the same for every tick: `450K`, `1.2M`, `0.002`, `3e-9`. */
function renderTick(value: number, digits: number): string {
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e15))
    return Number(value.toPrecision(digits)).toExponential()
  const notation = magnitude >= 1e4 ? 'compact' : 'standard'
  return value.toLocaleString('en-US', { notation, maximumSignificantDigits: Math.max(digits, 2) })
}
