import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { theme } from './theme.ts'

export interface PlotProps {
  /** Made anew when `shape` changes; the size is the box's. */
  readonly options: () => Omit<uPlot.Options, 'width' | 'height'>
  /** What the options depend on besides light and dark. */
  readonly shape: string
  readonly data: uPlot.AlignedData
  readonly height: number
  /** What it shows, for who can't see it. */
  readonly label: string
  /** Told of the chart once it is there, and of null when it goes. */
  readonly onReady?: (chart: uPlot | null) => void
}

/** A chart by uPlot: it follows its box, and keeps what is zoomed to while data come in. */
export function Plot({ options, shape, data, height, label, onReady }: PlotProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const look = theme.value

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const width = Math.max(200, element.clientWidth)
    const made = new uPlot({ ...options(), width, height }, data, element)
    chart.current = made
    onReady?.(made)
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(200, element.clientWidth), height }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      onReady?.(null)
      made.destroy()
      chart.current = null
    }
  }, [shape, look, height])

  useEffect(() => {
    const shown = chart.current
    if (shown === null || shown.data === data) return
    const { min = null, max = null } = shown.scales['x'] ?? {}
    const [first, last] = [shown.data[0][0], shown.data[0].at(-1)]
    const isZoomed =
      min !== null && max !== null && first !== undefined && last !== undefined && (min > first || max < last)
    shown.setData(data, !isZoomed)
    if (isZoomed) shown.setScale('x', { min, max })
  }, [data])

  return <div class="plot" ref={box} role="img" aria-label={label} style={{ minHeight: `${height}px` }} />
}
