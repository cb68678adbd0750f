import type { ComponentChildren, JSX } from 'preact'

/** What may be wider than the screen: it scrolls by itself, also by keyboard. */
export function ScrollBox(props: {
  readonly label: string
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it with the arrow keys
    <section class="scroll-box" tabIndex={0} aria-label={props.label}>
      {props.children}
    </section>
  )
}
