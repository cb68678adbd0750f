import { expect, test } from 'vitest'
import { createCapturedOutput } from '../../src/sandbox/captured-output.ts'

/** Writes a text in pieces of a size. */
function capture(text: string, pieceBytes: number, maxBytes: number) {
  const bytes = Buffer.from(text)
  const output = createCapturedOutput(maxBytes)
  for (let start = 0; start < bytes.length; start += pieceBytes)
    output.write(bytes.subarray(start, start + pieceBytes))
  return output
}

test('is the same however the output comes in pieces', () => {
  const text = Array.from({ length: 500 }, (_, line) => `line ${line} ü€😀`).join('\n')
  for (const maxBytes of [0, 1, 7, 100, 1_001, 20_000]) {
    const whole = capture(text, text.length * 4, maxBytes)
    for (const pieceBytes of [1, 3, 64, 1_000]) {
      const pieces = capture(text, pieceBytes, maxBytes)
      expect(pieces.toText()).toBe(whole.toText())
      expect(pieces.omittedBytes).toBe(whole.omittedBytes)
    }
  }
})

test('leaves nothing out where everything fits, and can be read in between', () => {
  const output = createCapturedOutput(8)
  output.write(Buffer.from('12345'))
  expect(output.toText()).toBe('12345')
  output.write(Buffer.from('678'))
  expect(output.toText()).toBe('12345678')
  output.write(Buffer.from('9'))
  expect(output.toText()).toBe('1234\n[… 1 bytes left out …]\n6789')
  expect(output.omittedBytes).toBe(1)
})

test('a text that is no UTF-8 is shown as well as it can be', () => {
  const output = createCapturedOutput(100)
  output.write(Uint8Array.of(0x61, 0xff, 0x80, 0x62))
  expect(output.toText()).toBe('a��b')
})
