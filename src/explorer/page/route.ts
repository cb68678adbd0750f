import { signal } from '@preact/signals'

/** The pages of a run, in the order in which they are offered. */
export const PAGES = [
  'attempts',
  'lineage',
  'failures',
  'configurations',
  'supervisor',
  'knowledge',
  'budget',
  'environment',
] as const

export type PageName = (typeof PAGES)[number] | 'diff' | 'compare'

/** What is shown: a page of a run, and what on it. It is the part of the address after `#`, so that it can be linked to. */
export interface Route {
  readonly run: string
  readonly page: PageName
  /** Number of an attempt, or two names of a diff. */
  readonly rest: readonly string[]
  /** What is searched for, and the like. */
  readonly query: ReadonlyMap<string, string>
}

const NAMES: ReadonlySet<string> = new Set([...PAGES, 'diff', 'compare'])

function isPage(name: string | undefined): name is PageName {
  return name !== undefined && NAMES.has(name)
}

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [run = '', page, ...rest] = path.split('/').map(decode)
  const query = new Map(new URLSearchParams(search))
  return { run, page: isPage(page) ? page : 'attempts', rest, query }
}

export function renderRoute(route: Partial<Route> & Pick<Route, 'run' | 'page'>): string {
  const { run, page, rest = [], query = new Map() } = route
  const path = [run, page, ...rest].map(encodeURIComponent).join('/')
  const search = new URLSearchParams([...query]).toString()
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

/** Half a percent sign is no reason to show nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const route = signal(parseRoute(location.hash))

window.addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash)
})

/** Goes somewhere; `replace` leaves no step to go back to. */
export function go(to: Partial<Route> & Pick<Route, 'run' | 'page'>, replace = false): void {
  const hash = renderRoute(to)
  if (hash === location.hash) return
  if (replace) {
    history.replaceState(null, '', hash)
    route.value = parseRoute(hash)
  } else location.hash = hash
}

/** The same page with another query; words that are empty are left out. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const query = new Map(
    [...route.value.query, ...Object.entries(changes)].filter(([, value]) => value !== ''),
  )
  for (const [name, value] of Object.entries(changes)) if (value === '') query.delete(name)
  go({ ...route.value, query }, true)
}
