import type { Journal } from '../journal.ts'

/** A document that came or changed during the session. */
export interface NewDocument {
  readonly document: string
  readonly title: string
}

/**
 * Follows what is announced of the knowledge base from now on. Gives the documents that came or changed and are still there: those
 * that nobody has read since before the others, the newest first.
 */
export function followDocumentNews(journal: Pick<Journal, 'subscribe'>): () => readonly NewDocument[] {
  const unread = new Map<string, NewDocument>()
  const read = new Map<string, NewDocument>()
  journal.subscribe((event) => {
    if (event.type === 'knowledge.changed')
      for (const { document, title, change } of event.changes) {
        unread.delete(document)
        read.delete(document)
        if (change !== 'removed') unread.set(document, { document, title })
      }
    if (event.type === 'tool.returned' && event.tool === 'read_knowledge')
      for (const { document } of event.shown ?? []) {
        const news = unread.get(document)
        if (news !== undefined) read.set(document, news)
        unread.delete(document)
      }
  })
  return () => [...read.values(), ...unread.values()].reverse()
}
