import { styleText } from 'node:util'
import { toVisible } from '../text.ts'

type Format = Parameters<typeof styleText>[0]

/** Colours text for a stream: plain where the stream is no terminal or NO_COLOR is set. */
export function createStyle(stream: NodeJS.WriteStream): (format: Format, text: string) => string {
  const coloured = stream.isTTY === true && stream.hasColors?.() === true && !process.env['NO_COLOR']
  return (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text)
}

/** What came from a model, a scorer or a document, with what could steer a terminal taken out. */
export function toPlain(text: string): string {
  return toVisible(text)
}
