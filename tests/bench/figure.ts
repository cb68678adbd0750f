/** One figure of a benchmark, beside what it should be. Its target is empty where it is there to be known. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly target: string
  readonly met: boolean
}

/** Where a benchmark says what it does and what came out, while it runs. */
export interface Report {
  /** How far a part is. */
  progress(part: string, done: number, total: number): void
  figure(figure: Figure): void
}

type Render = (value: number) => string

export function known(name: string, value: string): Figure {
  return { name, value, target: '', met: true }
}

export function atMost(name: string, value: number, limit: number, render: Render = String): Figure {
  return { name, value: render(value), target: `≤ ${render(limit)}`, met: value <= limit }
}

export function atLeast(name: string, value: number, limit: number, render: Render = String): Figure {
  return { name, value: render(value), target: `≥ ${render(limit)}`, met: value >= limit }
}
