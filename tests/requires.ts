import { spawnSync } from 'node:child_process'
import { stderr } from 'node:process'
import { beforeEach } from 'vitest'

/**
 * Makes the tests of a file, or of the `describe` that it is called in, need a program. Where it is missing each of them is
 * skipped, and said by name with the command that installs it. In CI nothing may be missing: there they fail.
 */
export function requireProgram(program: string, install: string): void {
  requireThat(spawnSync(program, ['--version']).status === 0, program, install)
}

/** The same for what is not a program. */
export function requireThat(isThere: boolean, name: string, install: string): void {
  if (isThere) return
  beforeEach(({ task, skip }) => {
    const need = `needs ${name}: ${install}`
    if (process.env['CI'] === 'true') throw new Error(need)
    stderr.write(`skipped: ${task.fullName}\n  ${need}\n`)
    skip(need)
  })
}
