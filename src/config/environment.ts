const REFERENCE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/** A text with its `${NAME}` and `${NAME:-default}` filled in, and the names that have neither value nor default. */
export interface Expansion {
  readonly text: string
  readonly missing: readonly string[]
}

/** As in a shell, a default also stands in for an empty variable. `$${NAME}` is `${NAME}` itself. */
export function expandEnvironment(text: string, env: NodeJS.ProcessEnv): Expansion {
  const missing: string[] = []
  const expanded = text.replace(REFERENCE, (reference, escaped: string, name: string, fallback?: string) => {
    if (escaped !== '') return reference.slice(1)
    const value = env[name]
    if (fallback !== undefined) return value || fallback
    if (value === undefined) missing.push(name)
    return value ?? ''
  })
  return { text: expanded, missing }
}
