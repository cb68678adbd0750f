import { resolve, sep } from 'node:path'
import type { Command, View } from './sandbox.ts'

/** One path of a view. */
export interface Place {
  readonly path: string
  readonly writable: boolean
}

/** The view of a command, its paths made absolute: by default it may write where it runs, and see nothing else. */
export function viewOf({ view = { read: [], write: ['.'] }, cwd }: Command): View {
  const toAbsolute = (path: string): string => resolve(cwd, path)
  return { read: view.read.map(toAbsolute), write: view.write.map(toAbsolute) }
}

/** The paths of a view, each after those that it lies in; of one that is in both lists the read-only one comes last and counts. */
export function toPlaces({ read, write }: View): readonly Place[] {
  const places = [
    ...write.map((path) => ({ path, writable: true })),
    ...read.map((path) => ({ path, writable: false })),
  ]
  return places.sort((a, b) => depthOf(a.path) - depthOf(b.path))
}

/** Whether a path is a directory or lies in it. Both are absolute. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

function depthOf(path: string): number {
  return path.split(sep).length
}
