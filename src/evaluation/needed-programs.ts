import { AvoError } from '../errors.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { describeMissing } from '../scoring-kit/process/missing-programs.ts'

const TIMEOUT_SECONDS = 60
/** Prints the number of each need of which no name is a program; the names of a need are one argument. */
const SCRIPT =
  'number=0; for need; do found=; for name in $need; do command -v "$name" >/dev/null 2>&1 && found=1; done; [ "$found" ] || echo $number; number=$((number + 1)); done'

/** What was found to be there, by sandbox: programs don't disappear as a rule. */
const found = new WeakMap<Sandbox, Set<string>>()

/**
 * Throws an `AvoError` `scorer` with the command that installs it where a program is missing in a sandbox: no candidate can
 * be blamed for that. Each of `needs` is a list of names of which one will do.
 */
export async function demandPrograms(
  needs: readonly (readonly string[])[],
  sandbox: Sandbox,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const known = found.get(sandbox) ?? new Set()
  found.set(sandbox, known)
  const unknown = needs.filter((names) => !known.has(names.join(' ')))
  if (unknown.length === 0) return
  const { stdout } = await sandbox.exec(
    {
      argv: ['/bin/sh', '-c', SCRIPT, 'avo', ...unknown.map((names) => names.join(' '))],
      cwd: directory,
      timeoutSeconds: TIMEOUT_SECONDS,
    },
    signal,
  )
  const missing = unknown.filter((_, number) => stdout.split('\n').includes(String(number)))
  if (missing.length > 0) {
    const { message, hint } = describeMissing(missing)
    throw new AvoError('scorer', message, hint)
  }
  for (const names of unknown) known.add(names.join(' '))
}
