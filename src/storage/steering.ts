import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { type Journal, STEERING_FILE } from '../journal.ts'
import { cutToHead } from '../text.ts'
import { replaceFile } from './durable-file.ts'

/** What is longer belongs into the knowledge base. */
const MAX_CHARACTERS = 20_000
const ENDING = '.txt'

/**
 * Leaves a text for the agent, on the disk when this returns, and gives its hash. Any process may do so at any time.
 *
 * @param inbox the run's directory for steering; made where there is none
 * @throws {AvoError} `usage` where the text is empty or too long, `storage` where it can't be written.
 */
export async function leaveSteering(inbox: string, text: string): Promise<string> {
  const said = text.trim().toWellFormed()
  if (said === '') throw new AvoError('usage', 'there is no text', 'avo steer "what the agent should know"')
  if (said.length > MAX_CHARACTERS)
    throw new AvoError(
      'usage',
      `the text has ${said.length} characters, ${MAX_CHARACTERS} is the most`,
      'Put it into the knowledge base and say here what to look for.',
    )
  // Named by time, so that texts are received in the order in which they were left.
  const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID()}${ENDING}`
  try {
    await mkdir(inbox, { recursive: true })
    replaceFile(join(inbox, name), said)
  } catch (cause) {
    throw new AvoError('storage', `can't write to ${inbox}: ${toMessage(cause)}`, '', { cause })
  }
  return hashOf(said)
}

/**
 * Makes the function that records what the person has said since: what `avo steer` left, oldest first, and `steer.md` where it
 * says something else than it said last. A text is on the disk as an event before its file goes, and known by that event
 * where a kill kept the file, so that each is received once.
 */
export function createSteering(options: {
  readonly journal: Journal
  readonly inbox: string
  /** Beside avo.yaml; need not exist. */
  readonly file: string
}): () => Promise<void> {
  const { journal, inbox, file } = options
  const { state } = journal
  /** What was last said about each place. */
  const problems = new Map<string, string>()

  async function takeLeft(): Promise<void> {
    for (const name of await listTexts(inbox)) {
      const source = name.slice(0, -ENDING.length)
      if (source !== state.lastSteering.commandId) receive(await readFile(join(inbox, name), 'utf8'), source)
      await rm(join(inbox, name), { force: true })
    }
  }

  /** A pipe would be read for ever. */
  async function takeFile(): Promise<void> {
    if (!(await stat(file).catch(() => null))?.isFile()) return
    const text = cutToHead((await readFile(file, 'utf8')).trim(), MAX_CHARACTERS)
    if (text !== '' && hashOf(text) !== state.lastSteering.fileHash) receive(text, STEERING_FILE)
  }

  /** Somebody else's file that can't be read or removed stops no run, but whoever wrote it waits for an answer. */
  async function tryTo(take: () => Promise<void>, place: string): Promise<void> {
    try {
      await take()
      problems.delete(place)
    } catch (error) {
      if (error instanceof AvoError) throw error
      const text = `nothing is taken from ${place}: ${toMessage(error)}`
      if (problems.get(place) !== text) journal.record({ type: 'notice.given', level: 'warning', text })
      problems.set(place, text)
    }
  }

  function receive(text: string, source: string): void {
    journal.record({ type: 'steering.received', hash: hashOf(text), text, source })
  }

  return async () => {
    await tryTo(takeLeft, inbox)
    await tryTo(takeFile, file)
  }
}

async function listTexts(inbox: string): Promise<readonly string[]> {
  const names = await readdir(inbox).catch(() => [])
  return names.filter((name) => name.endsWith(ENDING)).sort()
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
