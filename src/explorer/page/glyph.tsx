import type { JSX } from 'preact'
import type { AttemptOutcome } from '../run-view.ts'

/** Each outcome has a shape of its own, so that nobody depends on telling colours apart. */
export const OUTCOME_LABELS: Readonly<Record<AttemptOutcome, string>> = {
  accepted: 'accepted',
  rejected: 'not better',
  incorrect: 'incorrect',
  abandoned: 'not submitted',
  indecisive: 'not measurable',
  open: 'under way',
}

/** Outcomes whose shape is filled. */
export const FILLED: ReadonlySet<AttemptOutcome> = new Set(['accepted', 'open'])

/** The one thing that shapes are drawn with, on a canvas as in a picture. */
interface Pen {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  closePath(): void
}

/** Draws the shape of an outcome around a point. */
export function drawShape(pen: Pen, outcome: AttemptOutcome, x: number, y: number, radius: number): void {
  const corners = (...points: readonly (readonly [number, number])[]): void => {
    points.forEach(([dx, dy], index) => {
      if (index === 0) pen.moveTo(x + dx * radius, y + dy * radius)
      else pen.lineTo(x + dx * radius, y + dy * radius)
    })
    pen.closePath()
  }
  switch (outcome) {
    case 'accepted':
      corners([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0])
      return
    case 'rejected':
      pen.moveTo(x + radius * 0.9, y)
      pen.arc(x, y, radius * 0.9, 0, 2 * Math.PI)
      return
    case 'incorrect':
      pen.moveTo(x - radius, y - radius)
      pen.lineTo(x + radius, y + radius)
      pen.moveTo(x + radius, y - radius)
      pen.lineTo(x - radius, y + radius)
      return
    case 'abandoned':
      corners([-1.1, -0.8], [1.1, -0.8], [0, 1.1])
      return
    case 'indecisive':
      corners([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9])
      return
    case 'open':
      pen.moveTo(x + radius, y)
      pen.arc(x, y, radius, 0, 2 * Math.PI)
      return
  }
}

const SIZE = 12

/** The shape of an outcome beside its name. */
export function Glyph({ outcome }: { readonly outcome: AttemptOutcome }): JSX.Element {
  return (
    <svg
      class={`glyph ${outcome}`}
      width={SIZE}
      height={SIZE}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      aria-hidden="true"
    >
      <path
        d={PATHS[outcome]}
        fill={FILLED.has(outcome) ? 'currentColor' : 'none'}
        stroke="currentColor"
        stroke-width="1.4"
      />
    </svg>
  )
}

function toPath(outcome: AttemptOutcome): string {
  const parts: string[] = []
  drawShape(
    {
      moveTo: (x, y) => parts.push(`M${x} ${y}`),
      lineTo: (x, y) => parts.push(`L${x} ${y}`),
      arc: (x, y, r) => parts.push(`A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}`),
      closePath: () => parts.push('Z'),
    },
    outcome,
    SIZE / 2,
    SIZE / 2,
    3.7,
  )
  return parts.join('')
}

const PATHS: Readonly<Record<AttemptOutcome, string>> = {
  accepted: toPath('accepted'),
  rejected: toPath('rejected'),
  incorrect: toPath('incorrect'),
  abandoned: toPath('abandoned'),
  indecisive: toPath('indecisive'),
  open: toPath('open'),
}
