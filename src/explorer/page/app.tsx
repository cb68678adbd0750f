import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { RunView } from '../run-view.ts'
import { AttemptsView } from './attempts-view.tsx'
import { BudgetView } from './budget-view.tsx'
import { CompareView } from './compare-view.tsx'
import { ConfigurationsView } from './configurations-view.tsx'
import { Controls } from './controls.tsx'
import { DiffView } from './diff-view.tsx'
import { Empty } from './empty.tsx'
import { EnvironmentView } from './environment-view.tsx'
import { Failure } from './failure.tsx'
import { FailuresView } from './failures-view.tsx'
import { KeyFigures, Standing } from './header.tsx'
import { Help } from './help.tsx'
import { listenToKeys } from './keyboard.ts'
import { KnowledgeView } from './knowledge-view.tsx'
import { LineageView } from './lineage-view.tsx'
import { type PageName, route } from './route.ts'
import type { RunSource } from './source.ts'
import { problem, view as shownView } from './store.ts'
import { SupervisorView } from './supervisor-view.tsx'
import { Tabs } from './tabs.tsx'
import { theme, toggleTheme } from './theme.ts'

type View = (props: { readonly view: RunView; readonly source: RunSource }) => JSX.Element

const VIEWS: Readonly<Record<Exclude<PageName, 'compare'>, View>> = {
  attempts: AttemptsView,
  lineage: LineageView,
  diff: DiffView,
  failures: FailuresView,
  configurations: ConfigurationsView,
  supervisor: SupervisorView,
  knowledge: KnowledgeView,
  budget: BudgetView,
  environment: EnvironmentView,
}

/** The page: which run, how it stands, and one view of it. */
export function App({ source }: { readonly source: RunSource }): JSX.Element {
  const help = useRef<HTMLDialogElement>(null)
  const view = shownView.value
  useEffect(() => listenToKeys(() => help.current?.showModal()), [])
  return (
    <>
      <header class="top">
        {view === null ? (
          <div class="standing">
            <h1>avo</h1>
          </div>
        ) : (
          <Standing view={view} />
        )}
        {view?.facts.canAct === true && route.value.page !== 'compare' && source.actions !== null && (
          <Controls key={view.id} view={view} actions={source.actions} />
        )}
        <div class="tools">
          <button
            type="button"
            onClick={toggleTheme}
            aria-label={`${theme.value === 'dark' ? 'Light' : 'Dark'} colours`}
            title="Light or dark"
          >
            {theme.value === 'dark' ? '☼' : '☾'}
          </button>
          <button
            type="button"
            onClick={() => help.current?.showModal()}
            aria-label="Keyboard"
            title="Keyboard (?)"
          >
            ?
          </button>
        </div>
      </header>
      {view !== null && route.value.page !== 'compare' && <KeyFigures view={view} />}
      <Tabs view={view} />
      <main>
        <Shown view={view} source={source} />
      </main>
      <Help box={help} />
    </>
  )
}

function Shown({ view, source }: { readonly view: RunView | null; readonly source: RunSource }): JSX.Element {
  const { page } = route.value
  if (problem.value !== null) return <Failure error={problem.value} />
  if (page === 'compare') return <CompareView />
  if (view === null) return <Empty title="Reading the run…" />
  const Shown = VIEWS[page]
  return <Shown view={view} source={source} />
}
