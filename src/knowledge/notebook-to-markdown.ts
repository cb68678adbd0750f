import { z } from 'zod'

const textSchema = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))])
const notebookSchema = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source: textSchema })),
  metadata: z.object({ language_info: z.object({ name: z.string() }).optional() }).catch({}),
})

/** A Jupyter notebook's cells, code between fences; outputs are left out. Null for what is no notebook of format 4. */
export function notebookToMarkdown(json: string): string | null {
  const notebook = parseNotebook(json)
  if (notebook === null) return null
  const language = notebook.metadata.language_info?.name ?? ''
  return notebook.cells
    .filter(({ source }) => source.trim() !== '')
    .map(({ cell_type: kind, source }) =>
      kind === 'code' ? `\`\`\`\`${language}\n${source.trimEnd()}\n\`\`\`\`` : source.trim(),
    )
    .join('\n\n')
    .concat('\n')
}

function parseNotebook(json: string): z.output<typeof notebookSchema> | null {
  try {
    return notebookSchema.parse(JSON.parse(json))
  } catch {
    return null
  }
}
