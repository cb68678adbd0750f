import { renderDuration, renderTokens, renderUsd } from './format.ts'

/** A duration without what is nothing of it: `2 h` and not `2 h 00 min`. */
export function renderSpan(ms: number): string {
  return ms === 0
    ? '0'
    : renderDuration(ms)
        .replace(/ 00? (s|min|h)$/, '')
        .replace(/\.0 s$/, ' s')
}

/** What a chart can be drawn over. */
export const X_AXES = {
  attempt: {
    label: 'attempt',
    render: (value: number) => (Number.isInteger(value) ? value.toLocaleString('en-US') : ''),
  },
  time: { label: 'time', render: null },
  running: { label: 'running time', render: renderSpan },
  evaluations: { label: 'evaluations', render: (value: number) => value.toLocaleString('en-US') },
  tokens: { label: 'tokens', render: renderTokens },
  cost: { label: 'cost', render: renderUsd },
} as const

export type XAxis = keyof typeof X_AXES

export function isXAxis(name: string | undefined): name is XAxis {
  return name !== undefined && Object.hasOwn(X_AXES, name)
}
