import type { RecordedEvent } from '../events.ts'

/** What a document of the knowledge base was good for. */
export interface DocumentUse {
  readonly document: string
  /** Searches that showed something of it. */
  readonly found: number
  /** Times that a page of it was read. */
  readonly read: number
  /** Accepted versions that name it. */
  readonly cited: number
}

/** Those of which no page was ever read. */
export function findUnread<Titled extends { readonly document: string }>(
  documents: readonly Titled[],
  uses: readonly DocumentUse[],
): readonly Titled[] {
  const read = new Set(uses.flatMap((use) => (use.read > 0 ? [use.document] : [])))
  return documents.filter(({ document }) => !read.has(document))
}

/** Counts what an event says of documents, in place. */
export function foldDocumentUse(uses: DocumentUse[], event: RecordedEvent): void {
  if (event.type === 'version.committed') count(uses, event.version.documents, 'cited')
  if (event.type !== 'tool.returned') return
  const documents = event.shown?.map(({ document }) => document)
  count(uses, documents, event.tool === 'read_knowledge' ? 'read' : 'found')
}

function count(
  uses: DocumentUse[],
  documents: readonly string[] = [],
  what: 'found' | 'read' | 'cited',
): void {
  for (const document of new Set(documents)) {
    const at = uses.findIndex((use) => use.document === document)
    const use = uses[at] ?? { document, found: 0, read: 0, cited: 0 }
    uses[at === -1 ? uses.length : at] = { ...use, [what]: use[what] + 1 }
  }
}
