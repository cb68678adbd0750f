import type { JSX } from 'preact'
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
  return (
    <nav aria-label="Views">
      {names.map((name) => (
        <a
          key={name}
          href={renderRoute({ run, page: name })}
          aria-current={name === (TAB_OF[page] ?? page) ? 'page' : undefined}
        >
          {LABELS[name]}
        </a>
      ))}
    </nav>
  )
}
