import { basename, dirname, join, resolve } from 'node:path'
import type { LessonSettings } from './config.ts'
import { kindOfPath, missingPath } from './paths.ts'
import type { Report } from './to-seed.ts'

/** Where a task has its records unless it says otherwise. */
const USUAL_RECORDS = '.avo'

/**
 * Other runs' lessons, each under a name of its own: its task's directory, or that of its records where these were named. Paths
 * that are missing, hold no lessons, or are this run's own go to `report`.
 */
export function toLessonSources(
  written: readonly string[],
  directory: string,
  recordsDirectory: string,
  report: Report,
): LessonSettings['from'] {
  const found: { task: string; directory: string }[] = []
  for (const [index, text] of written.entries()) {
    const path = resolve(directory, text)
    const key = ['lessons_from', index]
    const lessons = [join(path, USUAL_RECORDS, 'lessons'), join(path, 'lessons')].find(
      (folder) => kindOfPath(folder) === 'directory',
    )
    if (kindOfPath(path) === 'missing') report(key, missingPath(path, text))
    else if (lessons === undefined)
      report(key, `${path} holds no lessons; expected the directory of a task that has run, or its log_dir`)
    else if (dirname(lessons) === recordsDirectory)
      report(key, `${path} is this run's own; expected the directory of another task, or another log_dir`)
    else found.push({ task: nameOf(path, found), directory: lessons })
  }
  return found
}

/** A name that no other source has, and that is no hidden file's. */
function nameOf(path: string, others: LessonSettings['from']): string {
  const name = basename(path).replace(/^\.+/, '') || 'task'
  const isTaken = (wanted: string): boolean => others.some(({ task }) => task === wanted)
  let free = name
  for (let number = 2; isTaken(free); number++) free = `${name}-${number}`
  return free
}
