import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { NotPlainData } from '../channel/plain-data.ts'
import { ProgramFailure } from './program-failure.ts'

const MAX_FRAMES = 12
const KIT = fileURLToPath(new URL('..', import.meta.url))

/** What went wrong in a call, as the kit is told: a sentence, and the candidate's own part of the stack. */
export function describeThrown(error: unknown, name: string): { message: string; trace: string } {
  if (error instanceof ProgramFailure) return { message: error.message, trace: error.trace }
  if (error instanceof NotPlainData)
    return { message: `what ${name} returned is not plain data: ${error.message}`, trace: '' }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { message: `${name} threw ${text.split('\n')[0]}`, trace: cutStack(error) }
}

/** The frames of a stack that are the candidate's, with paths as it knows them. */
export function cutStack(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const lines = String(error.stack)
    .split('\n')
    .filter((line) => !line.includes(KIT) && !/^\s+at .*\(?node:/.test(line))
  const frames = lines.filter((line) => /^\s+at /.test(line))
  const shown = lines.filter((line) => !frames.slice(MAX_FRAMES).includes(line))
  return shown
    .join('\n')
    .replaceAll(`file://${process.cwd()}/`, '')
    .replaceAll(`${process.cwd()}/`, '')
    .trim()
}
