/** The backends, strongest first. */
export const SANDBOX_NAMES = ['bubblewrap', 'srt', 'container', 'process'] as const

export type SandboxName = (typeof SANDBOX_NAMES)[number]

/** A backend by name, or the strongest that works here. */
export type SandboxChoice = 'auto' | SandboxName
