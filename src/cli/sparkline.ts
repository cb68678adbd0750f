const BARS = '▁▂▃▄▅▆▇█'

/** A line of bars for a series of positive numbers on a logarithmic scale; the newest `width` ones. */
export function renderSparkline(values: readonly number[], width: number): string {
  const logs = values.slice(-width).map(Math.log)
  const low = Math.min(...logs)
  const range = Math.max(...logs) - low
  return logs
    .map((log) => BARS[range === 0 ? 0 : Math.round(((log - low) / range) * (BARS.length - 1))])
    .join('')
}
