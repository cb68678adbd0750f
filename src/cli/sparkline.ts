const BARS = '▁▂▃▄▅▆▇█'

/** A line of bars for a series of positive numbers on a logarithmic scale; of a long one as many as fit, evenly, the newest among them. */
export function renderSparkline(values: readonly number[], width: number): string {
  const shown = Math.min(values.length, width)
  const logs = Array.from(
    { length: shown },
    (_, index) => values[Math.ceil(((index + 1) * values.length) / shown) - 1] ?? 1,
  ).map(Math.log)
  const low = Math.min(...logs)
  const range = Math.max(...logs) - low
  return logs
    .map((log) => BARS[range === 0 ? 0 : Math.round(((log - low) / range) * (BARS.length - 1))])
    .join('')
}
