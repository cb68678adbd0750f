import { z } from 'zod'
import { AvoError } from '../../errors.ts'
import type { Knowledge, Passage } from '../../knowledge/knowledge.ts'
import { createTool, type Tool } from '../tool.ts'

/** `search_knowledge`: passages of the knowledge base, nearest first. */
export function createSearchKnowledge(knowledge: Knowledge): Tool {
  return createTool({
    name: 'search_knowledge',
    description:
      'Searches the documents that people put there for you, by meaning and by words. Each passage names its document and lines.',
    input: z.object({
      query: z.string().min(1).describe('What you want to know, in a few words'),
      limit: z.int().min(1).max(20).default(5).describe('Number of passages'),
    }),
    about: ({ query }) => query,
    async execute({ query, limit }, signal) {
      const passages = await search(query, limit, signal)
      if (passages.length === 0) return 'Nothing was found.'
      return passages
        .map(
          ({ document, lines, headings, text }) =>
            `[${document}:${lines[0]}-${lines[1]}] ${headings.join(' > ')}\n${text}`,
        )
        .join('\n\n')
    },
  })

  /** An embeddings server that is away is no reason to end a run: documents can still be read by name. */
  async function search(query: string, limit: number, signal: AbortSignal): Promise<readonly Passage[]> {
    try {
      return await knowledge.search(query, limit, signal)
    } catch (error) {
      if (error instanceof AvoError)
        throw new Error(`the search failed: ${error.message}; read_knowledge still works`)
      throw error
    }
  }
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
        const names = (await knowledge.list()).map((entry) => entry.document)
        throw new Error(`there is no document ${document}; there are:\n${names.join('\n')}`)
      }
      const [first, last] = page.lines
      const more = last < page.totalLines ? `\n… go on with from_line=${last + 1}` : ''
      return `${page.document} (lines ${first}-${last} of ${page.totalLines}): ${page.title}\n<document>\n${page.text}\n</document>${more}`
    },
  })
}
