import type { Embeddings } from './embeddings.ts'
import { toTerms } from './terms.ts'

const DIMENSIONS = 512
/**
 * Vectors from the words of a text and the letters of its words, hashed: near where texts share words, roots or
 * spellings. The same text has the same vector on every machine, for ever; needs no network, no key and no model.
 */
export function createLocalEmbeddings(): Embeddings {
  return {
    // Another number here makes every index be built again: change it with anything that changes a vector.
    name: 'local-1',
    // They know spellings, and nothing of what words mean: beside BM25, they help where a word is written otherwise.
    weight: 0.25,
    async embed(texts, signal) {
      const features = new Map<string, readonly Feature[]>()
      return texts.map((text) => {
        signal.throwIfAborted()
        return toVector(text, features)
      })
    },
  }
}

interface Feature {
  readonly dimension: number
  readonly weight: number
}

function toVector(text: string, known: Map<string, readonly Feature[]>): number[] {
  const counts = new Map<string, number>()
  for (const term of toTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  // A text without a single word (`->`, `???`) is still a text: its vector must not be zero.
  if (counts.size === 0) counts.set(text.slice(0, 64), 1)

  const vector = new Array<number>(DIMENSIONS).fill(0)
  for (const [term, count] of counts) {
    const features = known.get(term) ?? toFeatures(term)
    known.set(term, features)
    for (const { dimension, weight } of features) {
      vector[dimension] = (vector[dimension] ?? 0) + weight * (1 + Math.log(count))
    }
  }
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

function toFeatures(term: string): readonly Feature[] {
  const bounded = `^${term}$`
  const trigrams = Array.from({ length: bounded.length - 2 }, (_, at) => bounded.slice(at, at + 3))
  // All trigrams together weigh as much as the word: so typos are found, and exact words no worse.
  const weight = 1 / Math.sqrt(trigrams.length)
  return [toFeature(bounded, 1), ...trigrams.map((trigram) => toFeature(trigram, weight))]
}

/** Signed hashing: texts that share nothing but a dimension cancel out instead of looking alike. */
function toFeature(name: string, weight: number): Feature {
  const hashed = hash(name)
  return { dimension: hashed % DIMENSIONS, weight: hashed & 0x80000000 ? -weight : weight }
}

/** FNV-1a over UTF-16 units, then mixed so that its low and high bits don't depend on each other. */
function hash(text: string): number {
  let hashed = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hashed = Math.imul(hashed ^ text.charCodeAt(at), 0x01000193)
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b)
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xc2b2ae35)
  return (hashed ^ (hashed >>> 16)) >>> 0
}
