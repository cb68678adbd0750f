import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const MAX_OUTPUTS = 50

/** The name of the next output to keep: numbers that go up. Removes what is older than the last fifty. */
export async function nextOutputName(directory: string): Promise<string> {
  const names = await readdir(directory)
  const last = Math.max(0, ...names.map(numberOf))
  for (const name of names)
    if (numberOf(name) <= last + 1 - MAX_OUTPUTS) await rm(join(directory, name), { force: true })
  return `${last + 1}.txt`
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10) || 0
}
