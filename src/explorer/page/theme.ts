import { computed, effect, signal } from '@preact/signals'

export type Theme = 'light' | 'dark'

const KEY = 'avo-theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')
const systemTheme = signal<Theme>(system.matches ? 'dark' : 'light')
const chosen = signal<Theme | null>(readChoice())

/** Light or dark: what the person has chosen, else what the system says. */
export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value)

system.addEventListener('change', ({ matches }) => {
  systemTheme.value = matches ? 'dark' : 'light'
})

effect(() => {
  document.documentElement.dataset['theme'] = theme.value
})

/** To the other one; back to what the system says is no choice any more. */
export function toggleTheme(): void {
  const next: Theme = theme.value === 'dark' ? 'light' : 'dark'
  chosen.value = next === systemTheme.value ? null : next
  try {
    if (chosen.value === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen.value)
  } catch {
    // Some browsers keep nothing for files: the choice lasts as long as the page.
  }
}

function readChoice(): Theme | null {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : null
  } catch {
    return null
  }
}

/** A colour of the style sheet, as a canvas needs it. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
