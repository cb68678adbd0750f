import type { Journal } from '../journal.ts'

/** A document that came or changed during the session. */
export interface NewDocument {
  readonly document: string
  readonly title: string
}

/**
 * Follows what is announced of the knowledge base from now on. Gives the documents that came or changed and are still there,
 * the last at the end, without those that were read since.
 */
export function followDocumentNews(journal: Pick<Journal, 'subscribe'>): () => readonly NewDocument[] {
  const unread = new Map<string, NewDocument>()
  journal.subscribe((event) => {
    if (event.type === 'knowledge.changed')
      for (const { document, title, change } of event.changes) {
        unread.delete(document)
        if (change !== 'removed') unread.set(document, { document, title })
      }
    if (event.type === 'tool.returned' && event.tool === 'read_knowledge')
      for (const { document } of event.shown ?? []) unread.delete(document)
  })
  return () => [...unread.values()]
}
