import { execFile } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { AvoError, toMessage } from '../errors.ts'

/** The rest of a longer line is lost; nobody has reason to write one. */
const MAX_LINE_CHARACTERS = 64 * 1024

/** Two named pipes that lines go through: one to us, one from us. */
export interface LinePipes {
  /** While the other side doesn't read what it is told, nothing more is heard from it. */
  say(line: string): void
  close(): void
}

/** Makes two named pipes and listens on the first. Throws an `AvoError` `sandbox` where they can't be made. */
export async function openLinePipes(
  incoming: string,
  outgoing: string,
  onLine: (line: string) => void,
): Promise<LinePipes> {
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', incoming, outgoing])
  } catch (error) {
    throw new AvoError('sandbox', `can't make named pipes: ${toMessage(error)}`)
  }
  const requests = openPipe(incoming, { readable: true, writable: false })
  const replies = openPipe(outgoing, { readable: false, writable: true })
  let unread = ''
  requests.on('data', (chunk: Buffer) => {
    const lines = (unread + chunk.toString('utf8')).split('\n')
    unread = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS)
    for (const line of lines) onLine(line)
  })
  replies.on('drain', () => requests.resume())
  return {
    say(line) {
      if (!replies.write(`${line}\n`)) requests.pause()
    },
    close() {
      requests.destroy()
      replies.destroy()
    },
  }
}

/** For both directions, so that it opens before the other side does and has no end when the other side closes it. */
function openPipe(path: string, ways: { readable: boolean; writable: boolean }): Socket {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const socket = new Socket({ fd, ...ways })
  socket.on('error', () => socket.destroy())
  return socket
}
