import { go, PAGES, route, setQuery } from './route.ts'
import { runs, shownAttempts, view } from './store.ts'
import { toggleTheme } from './theme.ts'

/** What keys do, as the help lists it. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'search attempts'],
  ['j  k', 'the attempt, or version, before and after in the list'],
  ['d', 'what the attempt changed'],
  ['g a', 'attempts'],
  ['g l', 'lineage'],
  ['g d', 'diff'],
  ['g f', 'failures'],
  ['g c', 'configurations'],
  ['g s', 'supervisor'],
  ['g k', 'knowledge'],
  ['g b', 'budget'],
  ['g e', 'environment'],
  ['g m', 'compare runs'],
  ['y', 'logarithmic scale'],
  ['t', 'light or dark'],
  ['Esc', 'close, or clear the search'],
  ['?', 'this'],
]

/** `g` waits so long for its second key. */
const PATIENCE_MS = 1_500

/** Obeys keys anywhere on the page but where something is written. The function that comes back ends it. */
export function listenToKeys(showHelp: () => void): () => void {
  let wentAt = Number.NEGATIVE_INFINITY

  const obey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const { target, key } = event
    if (document.querySelector('dialog[open]') !== null) return
    if (
      target instanceof HTMLInputElement ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement
    ) {
      if (key === 'Escape') target.blur()
      return
    }
    const isSecond = event.timeStamp - wentAt < PATIENCE_MS
    wentAt = Number.NEGATIVE_INFINITY
    if (isSecond ? goTo(key) : act(key)) event.preventDefault()
    else if (key === 'g') wentAt = event.timeStamp
  }

  function act(key: string): boolean {
    switch (key) {
      case '/':
        return search()
      case 'j':
        return step(1)
      case 'k':
        return step(-1)
      case 'd':
        return openDiff()
      case 'y':
        setQuery({ y: route.value.query.get('y') === 'log' ? '' : 'log' })
        return true
      case 't':
        toggleTheme()
        return true
      case '?':
        showHelp()
        return true
      case 'Escape':
        return leave()
      default:
        return false
    }
  }

  document.addEventListener('keydown', obey)
  return () => document.removeEventListener('keydown', obey)
}

function goTo(key: string): boolean {
  const run = view.value?.id ?? route.value.run
  if (key === 'm' && runs.value.length > 1) {
    go({ run, page: 'compare' })
    return true
  }
  const page = key === 'd' ? 'diff' : PAGES.find((name) => name.startsWith(key))
  if (page === undefined) return false
  go({ run, page })
  return true
}

function search(): boolean {
  const run = view.value?.id
  if (run === undefined) return false
  const box = document.getElementById('search')
  if (box !== null) box.focus()
  else {
    go({ run, page: 'attempts' })
    requestAnimationFrame(() => document.getElementById('search')?.focus())
  }
  return true
}

/** Down the list, which has the newest at its top. */
function step(by: number): boolean {
  const { page, rest } = route.value
  const run = view.value
  if (run === null) return false
  if (page === 'diff') {
    const at = Number(rest[1]?.slice(1) ?? run.versions.length - 1) - by
    if (at >= 1 && at < run.versions.length)
      go({ ...route.value, run: run.id, rest: [`v${at - 1}`, `v${at}`] }, true)
    return true
  }
  if (page !== 'attempts') return false
  const rows = shownAttempts.value
  const at = rows.findIndex(({ number }) => String(number) === rest[0])
  const next = rows[at === -1 ? rows.length - 1 : at - by]
  if (next !== undefined) go({ ...route.value, run: run.id, rest: [String(next.number)] }, true)
  return true
}

function openDiff(): boolean {
  const link = document.querySelector<HTMLAnchorElement>('.pane .diff-link')
  if (link === null) return false
  location.hash = link.hash
  return true
}

function leave(): boolean {
  const { page, rest, query } = route.value
  if (page === 'attempts' && rest.length > 0) go({ ...route.value, rest: [] })
  else if (query.get('q') !== undefined || query.get('outcome') !== undefined)
    setQuery({ q: '', outcome: '' })
  else return false
  return true
}
