import { openSync, readdirSync, readFileSync } from 'node:fs'

/** Standard input, output and error, which every program is given. */
const STANDARD = 2
const CLOSED_ON_EXEC = 0o2000000

let inherited: readonly number[] | undefined
let nothing: number | undefined

/**
 * Descriptors that this process was started with and never asked for: whatever it starts would inherit them, and one of a
 * directory is a way out of any sandbox. Node shuts them as far as there is no gap in their numbers.
 */
function listInherited(): readonly number[] {
  inherited ??= readDescriptors().filter((id) => id > STANDARD && !isClosedOnExec(id))
  return inherited
}

function readDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    return []
  }
}

function isClosedOnExec(id: number): boolean {
  try {
    const [, flags = ''] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${id}`, 'utf8')) ?? []
    return (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) !== 0
  } catch {
    return true
  }
}

/** What to put in a program's place `first` and those after it, so that it inherits nothing: /dev/null over what it would. */
export function shutInherited(first: number): readonly (number | 'ignore')[] {
  const shut = listInherited().filter((id) => id >= first)
  if (shut.length === 0) return []
  nothing ??= openSync('/dev/null', 'r')
  const places: (number | 'ignore')[] = Array(Math.max(...shut) - first + 1).fill('ignore')
  for (const id of shut) places[id - first] = nothing
  return places
}
