import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { AvoError, toMessage } from '../errors.ts'
import { createRunFold, type RunFold } from '../run-start.ts'
import { replaceFile } from './durable-file.ts'
import { readFoldSnapshot, type Segment, writeFoldSnapshot } from './fold-snapshot.ts'

/** Where a journal's file goes on from. */
export interface Beginning {
  /** What the packed segments add up to. */
  readonly state: RunFold
  /** Whether the file is the newest segment still: its rotation was cut off, and `state` has its events already. */
  readonly isPacked: boolean
}

/**
 * The older part of a journal. When the file has grown, it is packed away as a segment and begins anew with a line that says
 * how many there are; what all segments add up to is kept beside them. `zcat events/*.gz | cat - events.jsonl` is the whole.
 */
export interface JournalArchive {
  /**
   * @param segments as the file's first line says; 0 where that says nothing of them, null where there is no line
   * @throws {AvoError} `journal` where a segment is missing or not what it was, or the file does not go on from the last.
   */
  begin(segments: number | null): Beginning
  /** Packs the file away and begins it anew with `line`, which is made from the number of segments. */
  rotate(state: RunFold, line: (segments: number) => string): void
}

/**
 * @param fold folds a line of a segment into a state, and throws where it can't be understood
 */
export function openJournalArchive(
  file: string,
  fold: (state: RunFold, line: string) => void,
  readOnly: boolean,
): JournalArchive {
  const directory = file.replace(/\.jsonl$/, '')
  const snapshotFile = join(directory, 'state.json')
  let packed: readonly Segment[] = []

  return {
    begin(found) {
      const segments = requireNewest(found)
      const snapshot = readFoldSnapshot(snapshotFile)
      const known = snapshot?.segments ?? []
      const last = known.at(-1)
      const isPacked = known.length === segments + 1 && last !== undefined && isFile(last)
      if (snapshot === null || (known.length !== segments && !isPacked)) return foldAll(segments)
      for (const segment of known) requireWhole(segment)
      packed = known
      return { state: snapshot.state, isPacked }
    },
    rotate(state, line) {
      const last = packed.at(-1)
      const isPacked = last !== undefined && isFile(last)
      const segments = isPacked ? packed : [...packed, pack(nameOf(packed.length + 1))]
      if (!isPacked) writeFoldSnapshot(snapshotFile, { segments, state })
      replaceFile(file, line(segments.length))
      packed = segments
    },
  }

  function pack(name: string): Segment {
    const lines = readFileSync(file)
    const content = gzipSync(lines)
    mkdirSync(directory, { recursive: true })
    replaceFile(join(directory, name), content)
    return { file: name, packedBytes: content.length, bytes: lines.length, sha256: hashOf(lines) }
  }

  /** Whether a segment and the file are the same. */
  function isFile({ bytes, sha256 }: Segment): boolean {
    return statSync(file).size === bytes && hashOf(readFileSync(file)) === sha256
  }

  /** A rotation that was cut off leaves one segment too many, which is made again; more of them are somebody's history. */
  function requireNewest(segments: number | null): number {
    const newest = existsSync(directory) ? Math.max(0, ...readdirSync(directory).map(numberOf)) : 0
    if (segments === null && newest === 0) return 0
    if (segments !== null && newest <= segments + 1) return segments
    const what = segments === null ? 'has no line' : `goes on from ${segments} segments`
    throw damaged(`${file} ${what}, and ${directory} has ${newest}`)
  }

  /** The way without a snapshot: another version of avo has made it, or somebody has deleted it. */
  function foldAll(segments: number): Beginning {
    const state = createRunFold()
    packed = Array.from({ length: segments }, (_, index) => foldSegment(nameOf(index + 1), state))
    if (segments > 0 && !readOnly) writeFoldSnapshot(snapshotFile, { segments: packed, state })
    return { state, isPacked: false }
  }

  function foldSegment(name: string, state: RunFold): Segment {
    const path = join(directory, name)
    let number = 0
    try {
      const content = readFileSync(path)
      const lines = gunzipSync(content)
      for (const line of lines.toString().trimEnd().split('\n')) {
        number += 1
        fold(state, line)
      }
      return { file: name, packedBytes: content.length, bytes: lines.length, sha256: hashOf(lines) }
    } catch (error) {
      throw damaged(`${path}:${number} can't be read: ${toMessage(error)}`, error)
    }
  }

  function requireWhole({ file: name, packedBytes }: Segment): void {
    const path = join(directory, name)
    const size = statSync(path, { throwIfNoEntry: false })?.size
    if (size === packedBytes) return
    throw damaged(`${path} ${size === undefined ? 'is gone' : `has ${size} bytes, it had ${packedBytes}`}`)
  }

  function damaged(message: string, cause?: unknown): AvoError {
    const hint = `The older part of the journal is there: put it back from a copy. To begin a new journal, move ${basename(file)} and ${directory} away: the versions are in the lineage.`
    return new AvoError('journal', message, hint, { cause })
  }
}

function nameOf(number: number): string {
  return `${String(number).padStart(6, '0')}.jsonl.gz`
}

/** 0 for what is no segment. */
function numberOf(name: string): number {
  return Number(/^(\d{6})\.jsonl\.gz$/.exec(name)?.[1] ?? 0)
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
