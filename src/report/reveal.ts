/** Characters that turn the direction of what is written, so that it reads as something else than it is. */
const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Everything that is not seen and does something, line breaks and tabs left out. */
const CONTROLS = /(?![\t\n])[\p{Cc}\ufffe\uffff]/gu

/**
 * A text of which everything is seen: no control characters, no halves of characters; what turns letters round stands by its
 * number, because a diff must not hide it.
 */
export function reveal(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '')
    .replace(
      BIDIRECTIONAL,
      (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
}
