import type { JSX } from 'preact'

const WIDTH = 140

/** How much of something is used up, as a bar. */
export function Meter({ share, label }: { readonly share: number; readonly label: string }): JSX.Element {
  const part = Math.min(1, Math.max(0, share))
  return (
    <svg
      class={`meter ${share >= 0.8 ? 'high' : ''}`}
      width={WIDTH}
      height="8"
      role="img"
      aria-label={`${label}: ${Math.round(share * 100)}%`}
    >
      <rect class="whole" width={WIDTH} height="8" />
      <rect class="part-of" width={part * WIDTH} height="8" />
    </svg>
  )
}
