import { spawnSync } from 'node:child_process'

/** A Python that has numpy: the first on the PATH, or the distribution's. Undefined where neither does. */
export const numpyPython = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import numpy']).status === 0,
)
