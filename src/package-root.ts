import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where the package lies: its knowledge base, examples and template are found from here, in `src/` as in `dist/`. */
export const PACKAGE_ROOT = dirname(import.meta.dirname)

/** The version in package.json. */
export function packageVersion(): string {
  const content: unknown = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'))
  return typeof content === 'object' && content !== null && 'version' in content
    ? String(content.version)
    : 'unknown'
}
