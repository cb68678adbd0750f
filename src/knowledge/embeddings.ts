import { z } from 'zod'
import { AvoError, toMessage } from '../errors.ts'
import { withoutSecret } from '../text.ts'

/** Turns texts into vectors that are near where the texts mean the like. */
export interface Embeddings {
  /** An index holds the vectors of one name; another name builds it again. */
  readonly name: string
  /** How much nearness of vectors counts in a search beside the words, which count 1. */
  readonly weight: number
  /** A vector for each text, in order. Throws `AvoError` `knowledge` where there are none to be had. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>
}

/** Where to ask for embeddings, and for which. */
export interface OpenAIEmbeddingsOptions {
  readonly apiKey: string
  /** Of OpenAI, or of a server that speaks its protocol: `http://localhost:11434/v1` for Ollama. */
  readonly baseUrl: string
  readonly model: string
}

const TEXTS_PER_REQUEST = 64
/** Models read 8,192 tokens at the most and refuse a text that is longer; this much is fewer in every script. */
const MAX_CHARACTERS = 6_000
/** A local server may have to load the model first. */
const TIMEOUT_MS = 120_000

const replySchema = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()).min(1) })),
})

/** Embeddings of OpenAI, Ollama or any server that is compatible. Asks nothing before the first text. */
export function createOpenAIEmbeddings(options: OpenAIEmbeddingsOptions): Embeddings {
  const { apiKey, baseUrl, model } = options
  return {
    name: `${model} at ${baseUrl}`,
    weight: 1,
    async embed(texts, signal) {
      const { OpenAI } = await import('openai')
      const client = new OpenAI({ apiKey, baseURL: baseUrl, timeout: TIMEOUT_MS })
      const vectors: (readonly number[])[] = []
      for (let from = 0; from < texts.length; from += TEXTS_PER_REQUEST) {
        const input = texts
          .slice(from, from + TEXTS_PER_REQUEST)
          .map((text) => text.slice(0, MAX_CHARACTERS).toWellFormed())
        try {
          // Base64, the SDK's default, is not spoken by every compatible server.
          const reply = await client.embeddings.create({ model, input, encoding_format: 'float' }, { signal })
          vectors.push(...toVectors(reply, input.length))
        } catch (error) {
          signal.throwIfAborted()
          throw new AvoError(
            'knowledge',
            `no embeddings from ${model} at ${baseUrl}: ${withoutSecret(toMessage(error), apiKey)}`,
            'Check the address, the key and the name of the embedding model, or choose the local embeddings.',
            { cause: error },
          )
        }
      }
      return vectors
    },
  }
}

function toVectors(reply: unknown, count: number): readonly (readonly number[])[] {
  const parsed = replySchema.safeParse(reply)
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error))
  const data = parsed.data.data.toSorted((a, b) => a.index - b.index)
  if (data.length !== count) throw new Error(`${count} texts were sent and ${data.length} vectors came back`)
  return data.map((entry) => entry.embedding)
}
