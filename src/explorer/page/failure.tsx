import type { JSX } from 'preact'
import { SourceError } from './source.ts'

/** What could not be shown, and what to do about it. */
export function Failure({ error }: { readonly error: Error }): JSX.Element {
  return (
    <p class="failure" role="alert">
      {error.message} {error instanceof SourceError && error.hint}
    </p>
  )
}
