import { reveal } from './reveal.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text for the inside of an element or of an attribute. */
export function escapeXml(text: string): string {
  return reveal(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
