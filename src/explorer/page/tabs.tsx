import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { RunView } from '../run-view.ts'
import { PAGES, type PageName, renderRoute, route } from './route.ts'
import { runs } from './store.ts'

const LABELS: Readonly<Record<(typeof PAGES)[number] | 'compare', string>> = {
  attempts: 'Attempts',
  lineage: 'Lineage',
  failures: 'Failures',
  configurations: 'Configurations',
  supervisor: 'Supervisor',
  knowledge: 'Knowledge',
  budget: 'Budget',
  environment: 'Environment',
  compare: 'Compare',
}

/** What belongs to which tab. */
const TAB_OF: Partial<Readonly<Record<PageName, string>>> = { diff: 'lineage' }

/** The views that there are. */
export function Tabs({ view }: { readonly view: RunView | null }): JSX.Element {
  const run = view?.id ?? route.value.run
  const { page } = route.value
  const names = runs.value.length > 1 ? ([...PAGES, 'compare'] as const) : PAGES
  const current = TAB_OF[page] ?? page
  const bar = useRef<HTMLElement>(null)
  useEffect(() => bringIntoView(bar.current), [current])
  return (
    <nav aria-label="Views" ref={bar}>
      {names.map((name) => (
        <a
          key={name}
          href={renderRoute({ run, page: name })}
          aria-current={name === current ? 'page' : undefined}
        >
          {LABELS[name]}
        </a>
      ))}
    </nav>
  )
}

/** Where not all tabs fit, they scroll, and the current one is in the middle. */
function bringIntoView(bar: HTMLElement | null): void {
  const tab = bar?.querySelector<HTMLElement>('[aria-current]')
  if (bar === null || !tab) return
  bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2
}
