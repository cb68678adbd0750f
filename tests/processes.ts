import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Processes whose environment names a text: a task's directory finds the git, the scorers and the shells of its runs. */
export function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc').filter(
    (id) => /^\d+$/.test(id) && readProcessFile(id, 'environ').includes(text),
  )
}

/** Waits until one of them is `sleep`: a scorer that has begun, and would run on for minutes. */
export async function untilAsleep(text: string): Promise<void> {
  while (!processesNaming(text).some((id) => readProcessFile(id, 'cmdline').startsWith('sleep\0')))
    await delay(20)
}

/** Empty for a process that is gone. */
function readProcessFile(id: string, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
