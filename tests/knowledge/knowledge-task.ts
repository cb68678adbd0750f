import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Embeddings } from '../../src/knowledge/embeddings.ts'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { type KnowledgeOptions, openKnowledge } from '../../src/knowledge/open-knowledge.ts'

const NUMPY = '# NumPy\n\n## Vectorization\nVectorization of a loop: one call for the whole array.\n'
const MEMORY = '# Memory\n\nA cache line is 64 bytes; walk arrays in the order they are stored.\n'
const GPU = '# GPU\n\nUse `__shfl_xor_sync` within a warp, shared memory between warps.\n'
/** Three documents. */
export const BASE = { 'numpy.md': NUMPY, 'memory.md': MEMORY, 'gpu/cuda.md': GPU }

/** A task's folder with documents in it. */
export async function createTask(documents: Readonly<Record<string, string | Buffer>> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'avo-knowledge-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const directory = join(root, 'knowledge-base')
  const indexDirectory = join(root, '.avo', 'index')
  const write = async (name: string, content: string | Buffer) => {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), content)
  }
  for (const [name, content] of Object.entries(documents)) await write(name, content)
  return {
    root,
    directory,
    passagesDirectory: join(indexDirectory, 'passages'),
    knownFile: join(indexDirectory, 'documents.json'),
    write,
    remove: (name: string) => rm(join(directory, name)),
    open: (
      embeddings: Embeddings = createLocalEmbeddings(),
      onUnreadable: KnowledgeOptions['onUnreadable'] = () => undefined,
    ) =>
      openKnowledge({
        sources: [{ directory, prefix: 'knowledge-base/' }],
        indexDirectory,
        embeddings,
        onUnreadable,
      }),
  }
}
