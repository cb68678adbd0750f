import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PACKAGE_ROOT } from '../package-root.ts'
import { KIT_DIRECTORY } from '../scoring-kit/kit-directory.ts'
import type { ScorerSnapshot } from './scorer-snapshot.ts'

/** What Node reads besides when it runs a file of the kit's: what kind of modules these are. */
const PACKAGE_FILE = join(PACKAGE_ROOT, 'package.json')

/** What a candidate may read besides what one evaluation makes for it. */
export const CANDIDATE_PATHS: readonly string[] = [KIT_DIRECTORY, PACKAGE_FILE]

/**
 * What a scorer may read besides what one evaluation makes for it: its own copy, what runs it, and the packages that
 * Node would find from there.
 */
export function listScorerPaths({ directory }: ScorerSnapshot): readonly string[] {
  const programs = ['src/evaluation', 'dist/evaluation'].map((path) => join(PACKAGE_ROOT, path))
  return [directory, KIT_DIRECTORY, PACKAGE_FILE, ...programs, ...listPackages(directory)]
}

/** The `node_modules` of the directories above one. */
function listPackages(directory: string): readonly string[] {
  const packages = join(directory, 'node_modules')
  const found = statSync(packages, { throwIfNoEntry: false }) === undefined ? [] : [packages]
  const parent = dirname(directory)
  return parent === directory ? found : [...found, ...listPackages(parent)]
}
