/** What a command printed, in bounded memory: the head and the tail are kept, the middle is counted. */
export interface CapturedOutput {
  write(chunk: Uint8Array): void
  /** Bytes that the cut left out so far. */
  readonly omittedBytes: number
  /** Head and tail as text, with a line between them that says how much is missing. */
  toText(): string
}

/** Keeps at most `maxBytes`, half of them from the head. Cuts never split a UTF-8 character. */
export function createCapturedOutput(maxBytes: number): CapturedOutput {
  const headLimit = Math.ceil(maxBytes / 2)
  const tailLimit = maxBytes - headLimit
  const head: Uint8Array[] = []
  let headBytes = 0
  let tail: Uint8Array[] = []
  let tailBytes = 0
  let droppedBytes = 0

  /** The pieces are joined only when they hold twice what is kept, so that a flood of small writes costs linear time. */
  function dropMiddle(): void {
    const kept = Buffer.concat(tail).subarray(tailBytes - Math.min(tailBytes, tailLimit))
    droppedBytes += tailBytes - kept.length
    tail = [Buffer.from(kept)]
    tailBytes = kept.length
  }

  return {
    write(chunk) {
      const room = headLimit - headBytes
      if (room > 0) {
        head.push(chunk.subarray(0, room))
        headBytes += Math.min(room, chunk.length)
      }
      if (chunk.length <= room) return
      tail.push(chunk.subarray(Math.max(0, room)))
      tailBytes += chunk.length - Math.max(0, room)
      if (tailBytes > 2 * tailLimit) dropMiddle()
    },
    get omittedBytes() {
      return droppedBytes + Math.max(0, tailBytes - tailLimit)
    },
    toText() {
      dropMiddle()
      if (droppedBytes === 0) return decode(Buffer.concat([...head, ...tail]))
      return `${decodeHead(Buffer.concat(head))}\n[… ${droppedBytes} bytes left out …]\n${decodeTail(Buffer.concat(tail))}`
    },
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Leaves out a character that the end of the head cuts in two. */
function decodeHead(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
}

/** Leaves out a character that the start of the tail cuts in two: at most three continuation bytes. */
function decodeTail(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80)
  return decode(bytes.subarray(Math.max(0, start)))
}
