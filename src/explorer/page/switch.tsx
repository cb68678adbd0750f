import type { JSX } from 'preact'

/** A box to tick, with what it turns on. */
export function Switch(props: {
  readonly label: string
  readonly isOn: boolean
  readonly onToggle: () => void
}): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" checked={props.isOn} onChange={props.onToggle} /> {props.label}
    </label>
  )
}
