import type { JSX, RefObject } from 'preact'
import { KEYS } from './keyboard.ts'

/** The keys that the page obeys. */
export function Help({ box }: { readonly box: RefObject<HTMLDialogElement | null> }): JSX.Element {
  return (
    <dialog ref={box} aria-labelledby="help-title" class="help">
      <h2 id="help-title">Keyboard</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="buttons">
        <span class="grow" />
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}
