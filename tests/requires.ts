import { spawnSync } from 'node:child_process'
import { stderr } from 'node:process'
import { beforeEach } from 'vitest'
import { findPython } from './python.ts'

/** What a test can't do without. */
export interface Need {
  readonly name: string
  readonly isThere: boolean
  /** The command that installs it. */
  readonly install: string
}

/** A program on the PATH. */
export function program(name: string, install: string): Need {
  return { name, isThere: spawnSync('sh', ['-c', `command -v "$1"`, 'sh', name]).status === 0, install }
}

/** A package that the first Python on the PATH has, or the distribution's. */
export function pythonPackage(name: string, install: string): Need {
  return { name, isThere: findPython(name) !== undefined, install }
}

/**
 * Makes the tests of a file, or of the `describe` that it is called in, need a program. Where it is missing each of them is
 * skipped, and said by name with the command that installs it. In CI nothing may be missing: there they fail.
 */
export function requireProgram(name: string, install: string): void {
  requireAll([program(name, install)])
}

/** The same for all that an example needs. */
export function requireAll(needs: readonly Need[]): void {
  for (const { isThere, name, install } of needs) requireThat(isThere, name, install)
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
