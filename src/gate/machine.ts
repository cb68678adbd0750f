import { availableParallelism, cpus, hostname } from 'node:os'

/** The machine that measures, in words: noise that was measured on another one says nothing about this one. */
export function identifyMachine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${processor}, ${availableParallelism()} cores, ${hostname()}`
}
