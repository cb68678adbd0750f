import { spawn } from 'node:child_process'
import { HARNESS_MARK } from './harness-mark.ts'

/** Ends every process that bears the mark `$1`, until there is none. */
const END_MARKED = `
while :; do
  marked=$(grep -lsF "AVO_MARK=$1" /proc/[0-9]*/environ)
  [ -n "$marked" ] || break
  for environment in $marked; do id=\${environment#/proc/}; kill -9 "\${id%/environ}"; done
  sleep 0.05
done`

const guards = new Set<string>()

/**
 * Makes sure that what runs in a sandbox does not outlive the harness where the sandbox itself can't see to that: a small
 * process waits for the harness's end, whatever that may be, and then runs a script of the shell with the harness's mark
 * as `$1`. The same script is started once.
 */
export function guardAgainstOwnDeath(script: string = END_MARKED): void {
  if (guards.has(script)) return
  guards.add(script)
  // The harness never writes: its standard input ends when the harness does.
  const guard = spawn('/bin/sh', ['-c', `cat >/dev/null; ${script}`, 'avo-guard', HARNESS_MARK], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  })
  guard.on('error', () => {})
  guard.unref()
  // To Node a pipe to a child is a socket, for which the type of a child has no word.
  const { stdin } = guard
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
}
