import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const MAX_OUTPUTS = 50
/** Of all that are kept. */
const MAX_BYTES = 128 * 1024 ** 2

/** The name of the next output to keep: numbers that go up. Removes the oldest where they are too many, or too much. */
export async function nextOutputName(directory: string): Promise<string> {
  const names = (await readdir(directory)).toSorted((a, b) => numberOf(b) - numberOf(a))
  const last = numberOf(names[0] ?? '')
  let bytes = 0
  for (const [index, name] of names.entries()) {
    const file = join(directory, name)
    bytes += (await stat(file).catch(() => null))?.size ?? 0
    if (index + 1 >= MAX_OUTPUTS || bytes > MAX_BYTES) await rm(file, { force: true })
  }
  return `${last + 1}.txt`
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10) || 0
}
