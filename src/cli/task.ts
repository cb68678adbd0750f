import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Config, type Override, readConfig } from '../config/config.ts'

/** The directory that a command works in: `-C`, or where it was started. */
export function workingDirectory(command: Command): string {
  const { C: directory } = command.optsWithGlobals<{ C?: string }>()
  return resolve(directory ?? '.')
}

/** The configuration of a command's task: its argument is the task's directory or its yaml file. */
export function readTask(
  command: Command,
  task: string,
  overrides: readonly Override[] = [],
): Promise<Config> {
  return readConfig(resolve(workingDirectory(command), task), overrides)
}

/** Writes data to standard output: text for people, or one JSON document. */
export function writeData(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** The description of the argument that most commands take. */
export const TASK_ARGUMENT = ['[task]', "the task's directory or its yaml file", '.'] as const
