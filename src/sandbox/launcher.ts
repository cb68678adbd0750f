import type { LimitKind, Limits } from './sandbox.ts'

const BLOCK_BYTES = 512

/** What a wrapper says by its own exit status: that it failed itself, or which limit the command was past. */
export type ReservedStatuses = Readonly<Record<number, 'failure' | LimitKind>>

const FIRST_STAND_IN = 116

/**
 * What the shell of `launchAsChild` can say on descriptor 3 before the command runs, where whoever runs the shell passes that
 * on: nobody can take it back, and so no command poses as a sandbox that failed.
 */
export const BEGUN = { say: 'echo begun >&3; exec 3>&-', isSaid: /begun/ } as const

/** A command's own status that is reserved is told as another one, so that neither is taken for the other. */
export function standIns(reserved: ReservedStatuses): ReadonlyMap<number, number> {
  return new Map(Object.keys(reserved).map((status, index) => [FIRST_STAND_IN + index, Number(status)]))
}

/** How many processes and threads the kernel allows; two kinds of shell name that limit differently. For root it means nothing. */
function limitProcesses(processes: number): string {
  return `ulimit -u ${processes} 2>/dev/null || ulimit -p ${processes} 2>/dev/null`
}

/**
 * What every command starts with: no core dumps, no file past its limit, and the exit status 127 with one message for a
 * program that is not there, whatever else the sandbox would say.
 */
function prepare({ fileBytes }: Limits): string {
  const blocks = Math.max(1, Math.floor(fileBytes / BLOCK_BYTES))
  return [
    `ulimit -c 0 2>/dev/null; ulimit -f ${blocks} 2>/dev/null`,
    `command -v -- "$1" >/dev/null 2>&1 || [ -e "$1" ] || { printf '%s: program not found\\n' "$1" >&2; exit 127; }`,
  ].join('; ')
}

/** A shell that becomes the command. The kernel counts its processes together with the user's others. */
export function launch(
  argv: readonly string[],
  limits: Limits,
  otherProcesses: number,
): readonly [string, ...string[]] {
  const script = `${limitProcesses(limits.processes + otherProcesses)}; ${prepare(limits)}; exec "$@"`
  return ['/bin/sh', '-c', script, 'avo', ...argv]
}

/**
 * A shell that runs the command as its child, for the first process of a process table: whatever the command leaves behind
 * dies with it. The exit status of a command that a signal ended is 128 and the signal's number; a reserved one is told by
 * its stand-in. The shell's own script may say before that it has come this far, and exit afterwards with a reserved status.
 */
export function launchAsChild(
  argv: readonly string[],
  limits: Limits,
  reserved: ReservedStatuses,
  { before = '', after = '' }: { readonly before?: string; readonly after?: string } = {},
): readonly [string, ...string[]] {
  const start = `${limitProcesses(limits.processes)}; ${prepare(limits)}; exec "$@"`
  const cases = [...standIns(reserved)].map(([standIn, status]) => `${status}) exit ${standIn};;`)
  const script = `${before}\n(${start}); status=$?\n${after}\ncase $status in ${cases.join(' ')} esac; exit $status`
  return ['/bin/sh', '-c', script, 'avo', ...argv]
}
