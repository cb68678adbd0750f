/**
 * When a provider says that one may come back, in milliseconds from now; null where it says nothing. Read are, the most
 * exact first: `retry-after-ms`, `retry-after` (seconds or a date), the reset times of the limits that are used up
 * (`anthropic-ratelimit-…-reset` as dates, `x-ratelimit-reset-…` as durations), and "try again in 6m0s" in the message.
 */
export function readRetryAfterMs(headers: Headers, message: string, now: number): number | null {
  const waits = [
    toNumber(headers.get('retry-after-ms')),
    toWait(headers.get('retry-after'), now),
    longestReset(headers, now),
    toDuration(/try again in ([\dhms.]+)/i.exec(message)?.[1]),
  ]
  const wait = waits.find((candidate) => candidate !== null && candidate > 0)
  return wait === undefined || wait === null ? null : Math.ceil(wait)
}

const RESET = /^(?:anthropic-ratelimit-(.+)-reset|x-ratelimit-reset-(.+))$/

/** Waiting for the slowest of the limits that are used up is enough; where none says so, for the slowest of all. */
function longestReset(headers: Headers, now: number): number | null {
  const resets = [...headers].flatMap(([name, value]) => {
    const match = RESET.exec(name)
    const limit = match?.[1] ?? match?.[2]
    const wait = limit === undefined ? null : (toDuration(value) ?? toWait(value, now))
    return limit === undefined || wait === null ? [] : [{ wait, usedUp: remaining(headers, limit) === 0 }]
  })
  const usedUp = resets.filter((reset) => reset.usedUp)
  const waits = (usedUp.length > 0 ? usedUp : resets).map((reset) => reset.wait)
  return waits.length === 0 ? null : Math.max(...waits)
}

function remaining(headers: Headers, limit: string): number | null {
  return toNumber(
    headers.get(`anthropic-ratelimit-${limit}-remaining`) ?? headers.get(`x-ratelimit-remaining-${limit}`),
  )
}

/** A number of seconds, a date, or, as some write it, a date as seconds since 1970. */
function toWait(text: string | null, now: number): number | null {
  const seconds = toNumber(text)
  if (seconds !== null) return seconds > 1e9 ? seconds * 1000 - now : seconds * 1000
  const date = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(date) ? null : date - now
}

const DURATION = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/

/** `6m0s`, `1.5s`, `120ms`, in milliseconds. */
function toDuration(text: string | null | undefined): number | null {
  const match = DURATION.exec(text?.replace(/\.$/, '') ?? '')
  if (!match?.[0]) return null
  const [hours, minutes, seconds, milliseconds] = match.slice(1).map((part) => Number(part ?? 0))
  const wait = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000 + (milliseconds ?? 0)
  return Number.isNaN(wait) ? null : wait
}

function toNumber(text: string | null): number | null {
  return text === null || text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text)
}
