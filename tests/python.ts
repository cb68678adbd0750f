import { spawnSync } from 'node:child_process'

/** A Python that has a package: the first on the PATH, or the distribution's. Undefined where neither does. */
export function findPython(name: string): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${name}`]).status === 0,
  )
}
