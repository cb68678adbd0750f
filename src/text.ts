import { stripVTControlCharacters } from 'node:util'

const SHORTEST_SECRET = 12
/** What differs only after so many differs by rounding. */
const MOST_DIGITS = 12
/** What is there and not seen. Joiners and selectors stay: scripts and signs are made with them. */
const INVISIBLE =
  /(?![\t\n])\p{Cc}|[\u2028\u2029\uFFF9-\uFFFB]|(?![\uFE00-\uFE0F\p{Join_Control}])\p{Default_Ignorable_Code_Point}/gu
/** Joiners and selectors in a row mean nothing, but for the selector and the joiner inside a composed sign. */
const JOINER_RUN = /(?!\uFE0F\u200D(?![\uFE00-\uFE0F\p{Join_Control}]))[\uFE00-\uFE0F\p{Join_Control}]{2,}/gu

/** A fraction as a signed percentage: 0.034 is `+3.4%`, 12 is `+1,200%`. Small ones keep two significant digits. */
export function renderPercent(fraction: number): string {
  return `${fraction < 0 ? '-' : '+'}${renderSize(fraction)}`
}

/** The same without its sign: 0.011 and -0.011 are `1.1%`. */
export function renderSize(fraction: number): string {
  const magnitude = Math.abs(fraction * 100)
  // What is less is of the arithmetic's making.
  if (magnitude < 1e-12) return '0.0%'
  if (magnitude < 1e-4) return `${magnitude.toExponential(1)}%`
  const digits = magnitude >= 100 ? 0 : magnitude >= 1 ? 1 : 1 - Math.floor(Math.log10(magnitude))
  const text = magnitude.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${text}%`
}

/** A gain with the range that it lies in, where one is known: `+3.4% [+2.1%, +4.6%]`. */
export function renderGain(
  gain: number,
  interval: { readonly low: number; readonly high: number } | null,
): string {
  if (interval === null) return renderPercent(gain)
  return `${renderPercent(gain)} [${renderPercent(interval.low)}, ${renderPercent(interval.high)}]`
}

/** A count with its word: `1 round`, `12 rounds`. */
export function renderCount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** A number for people: four significant digits, thousands separated, exponents only far out. */
export function renderNumber(value: number): string {
  return renderDigits(value, 4)
}

/** Two numbers for people who compare them: with as many digits as it takes to tell them apart, up to twelve. */
export function renderApart(value: number, other: number): readonly [string, string] {
  let [digits, texts] = [4, [renderDigits(value, 4), renderDigits(other, 4)] as const]
  while (texts[0] === texts[1] && value !== other && digits < MOST_DIGITS)
    texts = [renderDigits(value, ++digits), renderDigits(other, digits)]
  return texts
}

/** A number with so many significant digits, more where its integer part has more; thousands separated, exponents only far out. */
export function renderDigits(value: number, digits: number): string {
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e12)) return value.toExponential(digits - 1)
  return value.toLocaleString('en-US', {
    maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(magnitude || 1))),
  })
}

/** Significant digits, from 2 to 15, that tell some numbers apart. */
export function digitsFor(values: readonly number[]): number {
  for (let digits = 2; digits < 15; digits++)
    if (new Set(values.map((value) => value.toPrecision(digits))).size === values.length) return digits
  return 15
}

/** A duration for people: `0.3 s`, `42 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function renderDuration(durationMs: number): string {
  const seconds = durationMs / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A moment of the near future for people, in their time zone: `14:05:09`, `Sat 14:05`. */
export function renderTime(atMs: number, now = Date.now()): string {
  const isSoon = atMs - now < 3_600_000
  return new Date(atMs).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(isSoon ? { second: '2-digit' } : { weekday: 'short' }),
  })
}

/** US dollars with cents, or more digits below a cent. */
export function renderUsd(usd: number): string {
  return usd === 0 || usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${usd.toPrecision(2)}`
}

/** What is known of a cost, and how many calls it leaves out: `$1.20`, `$0.00 and 3 calls of unknown price`. */
export function renderCost(usd: number, unpricedCalls: number): string {
  return unpricedCalls === 0 ? renderUsd(usd) : `${renderUsd(usd)} and ${renderUnpriced(unpricedCalls)}`
}

/** Calls of the model that no cost includes: `3 calls of unknown price`. */
export function renderUnpriced(calls: number): string {
  return `${renderCount(calls, 'call')} of unknown price`
}

/** A size for people: `812 B`, `4.1 kB`, `12 MB`. */
export function renderBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const exponent = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = bytes / 1000 ** exponent
  return `${amount < 10 && exponent > 0 ? amount.toFixed(1) : Math.round(amount)} ${units[exponent]}`
}

/** The first line of a text, cut to a length. */
export function firstLine(text: string, length = 120): string {
  const line = text.trim().split('\n', 1)[0]?.trim() ?? ''
  return line.length <= length ? line.toWellFormed() : `${headOf(line, length - 1)}…`
}

/** A text on one line, cut to a length: nobody's line break begins a heading or an item of its own. */
export function oneLine(text: string, length: number): string {
  return firstLine(text.slice(0, 4 * length).replaceAll(/\s+/g, ' '), length)
}

/**
 * A text as its reader sees it: without what steers a terminal, turns the order of letters round, or is there and not seen
 * (tags, soft hyphens, spaces of no width, selectors in a row) in which words could be hidden or split.
 */
export function toVisible(text: string): string {
  return stripVTControlCharacters(text).replace(INVISIBLE, '').replace(JOINER_RUN, '').toWellFormed()
}

/** A text in which a secret is an ellipsis. Short ones are no secrets: servers that want no key are often given some word. */
export function withoutSecret(text: string, secret: string | null): string {
  return secret !== null && secret.length >= SHORTEST_SECRET ? text.replaceAll(secret, '…') : text
}

/** The head and the tail of a long text, and how much is missing between them. Well-formed Unicode, as providers demand. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed()
  const head = headOf(text, Math.floor(length / 2))
  const tail = tailOf(text, Math.floor(length / 2))
  return `${head}\n… ${text.length - head.length - tail.length} characters left out …\n${tail}`
}

/** The first characters of a text, and how many are missing. Well-formed Unicode. */
export function cutToHead(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed()
  const head = headOf(text, length)
  return `${head} [… ${text.length - head.length} characters left out]`
}

/** The last lines of a text that fit, without colours and cursor movements. Well-formed Unicode. */
export function cutToTail(text: string, length: number): string {
  const tail = tailOf(text, length)
  const lineBreak = text.length <= length ? -1 : tail.indexOf('\n')
  return stripVTControlCharacters(tail.slice(lineBreak + 1)).trimEnd()
}

/** Rows as aligned columns, two spaces apart; the columns named in `right` are aligned to the right. */
export function renderColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The first characters of a text, one fewer where the last would be half of one. Well-formed Unicode. */
export function headOf(text: string, length: number): string {
  return text.slice(0, splitsPair(text, length) ? length - 1 : length).toWellFormed()
}

function tailOf(text: string, length: number): string {
  const start = Math.max(0, text.length - length)
  return text.slice(splitsPair(text, start) ? start + 1 : start).toWellFormed()
}

/** Whether a cut there would leave two halves of a character. */
function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
