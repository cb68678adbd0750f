import { relative, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
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
  // Text has no control characters any more, but JSON leaves those as they are that some terminals obey.
  const safe = text.replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`)
  process.stdout.write(safe.endsWith('\n') ? safe : `${safe}\n`)
}

/** The description of the argument that most commands take. */
export const TASK_ARGUMENT = ['[task]', "the task's directory or its yaml file", '.'] as const

/** A path as a person would write it: relative where it lies below the current directory. */
export function toShownPath(path: string): string {
  const shown = relative(process.cwd(), path)
  if (shown === '') return '.'
  return shown.startsWith('..') ? path : shown
}

/** The number of a version that is named on the command line: v3, or 3. */
export function parseVersion(text: string): number {
  const match = /^v?(\d+)$/.exec(text)
  if (match === null) throw new InvalidArgumentError('it takes a version such as v3')
  return Number(match[1])
}
