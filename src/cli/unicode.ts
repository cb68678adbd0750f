/** Terminals that have hardly a character beyond ASCII, whatever the locale says. */
const POOR_TERMINALS: ReadonlySet<string | undefined> = new Set(['linux', 'dumb'])

/**
 * Whether what reads the output shows characters beyond ASCII: as the locale says, and where nothing says anything (as in a
 * container) as most terminals do.
 */
export function showsUnicode(environment: NodeJS.ProcessEnv = process.env): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG']
  if (locale) return /utf-?8/i.test(locale)
  return !POOR_TERMINALS.has(environment['TERM'])
}
