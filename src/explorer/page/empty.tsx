import type { ComponentChildren, JSX } from 'preact'

/** What stands where there is nothing to show: why, and what will bring it. */
export function Empty(props: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{props.title}</p>
      {props.children !== undefined && <p>{props.children}</p>}
    </div>
  )
}
