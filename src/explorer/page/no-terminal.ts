/** A page has no terminal, and what is drawn in it obeys no control characters. */
export function stripVTControlCharacters(text: string): string {
  return text
}
