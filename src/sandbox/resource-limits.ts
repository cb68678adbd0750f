import { readFileSync } from 'node:fs'

/** A limit of the kernel's (`open files`, `processes`) that this process may set for others: `most`, or what it has itself. */
export function atMost(name: string, most: number): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const [, hard] = new RegExp(`^Max ${name} +\\S+ +(\\d+)`, 'm').exec(limits) ?? []
  return Math.min(most, Number(hard ?? most))
}
