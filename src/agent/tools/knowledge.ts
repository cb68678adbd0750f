import { z } from 'zod'
import { AvoError } from '../../errors.ts'
import type { RunState } from '../../journal.ts'
import type { Knowledge, Passage, SearchOptions } from '../../knowledge/knowledge.ts'
import { DOCUMENTS_ARE_DATA, fence, quote, renderDocumentList } from '../fence.ts'
import { createTool, type Tool } from '../tool.ts'
import { unseenFirst } from '../unseen-first.ts'

/** As many again are looked at, so that what this attempt has seen makes room for what it has not. */
const DEPTH = 2

/** `search_knowledge`: passages of the knowledge base, nearest first; those that this attempt has seen come last. */
export function createSearchKnowledge(knowledge: Knowledge, state: Pick<RunState, 'attempt'>): Tool {
  return createTool({
    name: 'search_knowledge',
    description:
      'Searches the documents that people put there for you, by meaning and by words. Each passage names its document and lines. Passages that you have seen in this attempt come last.',
    input: z.object({
      query: z.string().min(1).describe('What you want to know, in a few words'),
      limit: z.int().min(1).max(20).default(5).describe('Number of passages'),
      documents: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Only in these: a document, a folder (lessons, knowledge-base/gpu) or a glob (*.pdf)'),
      heading: z.string().min(1).max(200).optional().describe('Only below headings that have these words'),
    }),
    about: ({ query }) => query,
    async execute({ query, limit, documents, heading }, signal) {
      const nearest = await search(query, { limit: limit * DEPTH, documents, heading }, signal)
      if (nearest.length === 0) return 'Nothing was found.'
      const passages = unseenFirst(nearest, state.attempt?.shown ?? []).slice(0, limit)
      return {
        text: [DOCUMENTS_ARE_DATA, ...passages.map(renderPassage)].join('\n\n'),
        shown: passages.map(({ document, lines }) => ({ document, lines })),
      }
    },
  })

  /** An embeddings server that is away is no reason to end a run: documents can still be read by name. */
  async function search(
    query: string,
    options: SearchOptions,
    signal: AbortSignal,
  ): Promise<readonly Passage[]> {
    try {
      return await knowledge.search(query, options, signal)
    } catch (error) {
      if (error instanceof AvoError)
        throw new Error(`the search failed: ${error.message}; read_knowledge still works`)
      throw error
    }
  }
}

function renderPassage({ document, lines: [first, last], headings, text }: Passage): string {
  const path = headings.length === 0 ? '' : ` ${headings.map(quote).join(' > ')}`
  return `[${document}:${first}-${last}]${path}\n${fence(text)}`
}

/** `read_knowledge`: a document, page by page. It is fenced, because it is information and not orders. */
export function createReadKnowledge(knowledge: Knowledge): Tool {
  return createTool({
    name: 'read_knowledge',
    description: 'Reads a document of the knowledge base, a page at a time.',
    input: z.object({
      document: z.string().min(1).describe('Its name, as search_knowledge gives it'),
      from_line: z.int().min(1).default(1).describe('First line, from 1'),
    }),
    about: ({ document }) => document,
    async execute({ document, from_line: fromLine }) {
      const page = await knowledge.read(document, fromLine)
      if (page === null) {
        const names = renderDocumentList(await knowledge.list())
        throw new Error(`there is no document ${document}; there are:\n${names.join('\n')}`)
      }
      const [first, last] = page.lines
      const more = last < page.totalLines ? `\n… go on with from_line=${last + 1}` : ''
      const heading = `${page.document} (lines ${first}-${last} of ${page.totalLines}): ${quote(page.title)}`
      return {
        text: `${heading}\n${DOCUMENTS_ARE_DATA}\n${fence(page.text)}${more}`,
        shown: [{ document: page.document, lines: page.lines }],
      }
    },
  })
}
