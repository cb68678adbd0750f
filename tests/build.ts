import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Builds what is tested: a scorer gets the kit by `avo/scoring`, which is the built one. */
export function setup(): void {
  execFileSync('npm', ['run', 'build', '--silent'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'inherit',
  })
}
