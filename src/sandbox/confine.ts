import type { Command, Sandbox } from './sandbox.ts'

/** A sandbox whose commands all have the same view and the same network. */
export function confine(sandbox: Sandbox, bounds: Required<Pick<Command, 'view' | 'network'>>): Sandbox {
  return { ...sandbox, exec: (command, signal) => sandbox.exec({ ...command, ...bounds }, signal) }
}
