import {
  renderCost,
  renderCount,
  renderDuration,
  renderGain,
  renderNumber,
  renderPercent,
  renderSize,
  renderUnpriced,
  renderUsd,
} from '../../text.ts'

export {
  renderCost,
  renderCount,
  renderDuration,
  renderGain,
  renderNumber,
  renderPercent,
  renderSize,
  renderUnpriced,
  renderUsd,
}

/** The range that a gain lies in: `[+2.1%, +4.6%]`; empty where none is known. */
export function renderInterval(interval: { readonly low: number; readonly high: number } | null): string {
  return interval === null ? '' : `[${renderPercent(interval.low)}, ${renderPercent(interval.high)}]`
}

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** Tokens in as many digits as one reads: `812`, `14.2K`, `3.41M`, `1.23B`. */
export function renderTokens(tokens: number): string {
  return COMPACT.format(tokens)
}

/** A share of something: 0.934 is `93%`. */
export function renderShare(share: number): string {
  return `${Math.round(share * 100)}%`
}

/** A moment in the reader's time zone; the day is left out where it is today. */
export function renderMoment(ms: number, now = Date.now()): string {
  const [date, today] = [new Date(ms), new Date(now)]
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (date.toDateString() === today.toDateString()) return time
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`
}

/** What of the input came from a cache; null where nothing was paid for. */
export function cacheShare(usage: {
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}): number | null {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  return input === 0 ? null : usage.cacheReadTokens / input
}
