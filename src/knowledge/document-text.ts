import { htmlToMarkdown } from './html-to-markdown.ts'
import { notebookToMarkdown } from './notebook-to-markdown.ts'

/** A document's text, or why there is none, in words that go on after `it`. */
export type TextOrProblem = { readonly text: string } | { readonly problem: string }

/** A file's text as a document has it: HTML and notebooks as Markdown, whatever else is text as it is. */
export function toDocumentText(name: string, raw: string): string {
  const text = raw.replace(/^\uFEFF/, '')
  if (/\.(?:html?|xhtml)$/i.test(name)) return htmlToMarkdown(text)
  if (/\.ipynb$/i.test(name)) return notebookToMarkdown(text) ?? text
  return text
}
