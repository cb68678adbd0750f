import { basename, extname, join, resolve } from 'node:path'
import type { SeedSource } from '../storage/stored-lineage.ts'
import { isWithin, kindOfPath, missingPath } from './paths.ts'
import type { ConfigFile } from './schema.ts'

/** Notes a mistake at a key. */
export type Report = (path: readonly PropertyKey[], message: string) => void

const REPOSITORY = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:)|\.git(?:#.*)?$/

/** Where the solution starts; null after a mistake. */
export function toSeed(parsed: ConfigFile, directory: string, report: Report): SeedSource | null {
  const { seed, seed_file: seedFile } = parsed
  if (seed !== undefined && seedFile !== undefined) {
    report(['seed_file'], 'seed is given too, and both say where the solution starts; expected one of them')
    return null
  }
  if (seedFile !== undefined) return toSeedFile(resolve(directory, seedFile), parsed, seedFile, report)
  if (seed === undefined) {
    const usual = join(directory, 'seed')
    if (kindOfPath(usual) === 'directory') return { kind: 'directory', path: usual }
    report(['seed'], 'missing; expected the file, directory or repository that the solution starts with')
    return null
  }
  if (typeof seed !== 'string') return toRepository(seed.repository, seed.ref, directory, report)

  const path = resolve(directory, seed)
  const kind = kindOfPath(path)
  if (kind === 'directory' && !seed.endsWith('.git')) return { kind, path }
  if (kind === 'file') return toSeedFile(path, parsed, seed, report)
  if (!REPOSITORY.test(seed)) {
    report(['seed'], missingPath(path, seed))
    return null
  }
  const [address = '', ref] = seed.split('#', 2)
  return toRepository(address, ref, directory, report)
}

/** The name of a solution of one file: as the person says, else as the Python AVO has it, else the seed's own. */
function toSeedFile(path: string, parsed: ConfigFile, written: string, report: Report): SeedSource | null {
  if (kindOfPath(path) !== 'file') {
    report(
      ['seed_file'],
      kindOfPath(path) === 'missing'
        ? missingPath(path, written)
        : `${path} is no file; seed takes directories`,
    )
    return null
  }
  const as = parsed.solution_file ?? (extname(path) === '.py' ? 'solution.py' : basename(path))
  if (!isWithin(resolve('/workspace', as), '/workspace') || as.endsWith('/')) {
    report(['solution_file'], `"${as}" is wrong; expected a path within the workspace`)
    return null
  }
  return { kind: 'file', path, as }
}

function toRepository(
  address: string,
  ref: string | undefined,
  directory: string,
  report: Report,
): SeedSource | null {
  const path = resolve(directory, address)
  // A file is a bundle: git fetches from it as from a directory.
  const isLocal = kindOfPath(path) !== 'missing'
  if (!isLocal && !REPOSITORY.test(address)) {
    report(['seed'], missingPath(path, address))
    return null
  }
  return { kind: 'repository', url: isLocal ? path : address, ...(ref !== undefined && { ref }) }
}
