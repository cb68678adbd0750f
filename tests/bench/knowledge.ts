import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDocumentScanner } from '../../src/knowledge/documents.ts'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { openKnowledge } from '../../src/knowledge/open-knowledge.ts'
import { openPassageIndex, type PassageIndex } from '../../src/knowledge/passage-index.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { renderSize } from '../../src/text.ts'
import { atMost, type Figure, type Report } from './figure.ts'
import { QUESTIONS, type Question } from './knowledge-questions.ts'
import { createDocuments } from './synthetic-documents.ts'

const DOCUMENTS = 10_000
const QUERIES = 200
const RECALL_AT = 5
const MAX_QUERY_MS = 50
const MAX_CHANGE_MS = 1_000

const { signal } = new AbortController()

/** How well the shipped documents are found, and what a search costs in a base of ten thousand. */
export async function benchKnowledge(report: Report): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-bench-'))
  try {
    for (const figure of await benchRecall(join(directory, 'recall'))) report.figure(figure)
    await benchScale(directory, report)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Recall at 5: the share of questions whose section is among the first five passages. */
async function benchRecall(directory: string): Promise<readonly Figure[]> {
  const index = await openPassageIndex(directory, createLocalEmbeddings())
  const source = { directory: join(PACKAGE_ROOT, 'knowledge-base'), prefix: '' }
  const nothing = { documents: new Map(), unreadable: new Map() }
  await index.update((await createDocumentScanner([source], nothing)()).documents, signal)
  for (const question of QUESTIONS) requireAnswer(index, question)

  const halves = {
    'to work on': QUESTIONS.filter((_, at) => at % 2 === 0),
    'kept for the end': QUESTIONS.filter((_, at) => at % 2 === 1),
  }
  const figures: Figure[] = []
  for (const [half, questions] of Object.entries(halves)) {
    const recall = { hybrid: 0, 'vectors only': 0, 'BM25 only': 0 }
    for (const question of questions) {
      const { byWords, byMeaning } = await index.rank(question.text, { limit: RECALL_AT }, signal)
      const passages = await index.search(question.text, { limit: RECALL_AT }, signal)
      const chunksOf = (ids: readonly string[]) => ids.flatMap((id) => index.chunks.get(id) ?? [])
      recall.hybrid += answers(passages, question) / questions.length
      recall['vectors only'] += answers(chunksOf(byMeaning), question) / questions.length
      recall['BM25 only'] += answers(chunksOf(byWords), question) / questions.length
    }
    for (const [way, share] of Object.entries(recall))
      figures.push(
        plain(`recall at ${RECALL_AT}, ${questions.length} questions ${half}: ${way}`, renderSize(share)),
      )
  }
  return figures
}

interface Found {
  readonly document: string
  readonly headings: readonly string[]
}

function answers(found: readonly Found[], question: Question): 0 | 1 {
  return found.some((passage) => isAnswer(passage, question)) ? 1 : 0
}

function isAnswer({ document, headings }: Found, question: Question): boolean {
  return document === question.document && (headings.at(-1) ?? '').startsWith(question.heading)
}

function requireAnswer(index: PassageIndex, question: Question): void {
  if (![...index.chunks.values()].some((chunk) => isAnswer(chunk, question)))
    throw new Error(`${question.document} has no section '${question.heading}'`)
}

async function benchScale(directory: string, report: Report): Promise<void> {
  const base = join(directory, 'base')
  await mkdir(base)
  const { texts, queries } = createDocuments(DOCUMENTS, QUERIES)
  for (const [at, text] of texts.entries()) await writeFile(join(base, `${at}.md`), text)
  const memoryBefore = usedMemory()
  const options = {
    sources: [{ directory: base, prefix: '' }],
    indexDirectory: join(directory, 'index'),
    embeddings: createLocalEmbeddings(),
  }
  const knowledge = await openKnowledge(options)
  const size = DOCUMENTS.toLocaleString('en-US')
  const search = async (query: string) => {
    const startedAt = performance.now()
    const found = await knowledge.search(query, { limit: RECALL_AT }, signal)
    return { durationMs: performance.now() - startedAt, document: found[0]?.document }
  }

  report.progress(`index of ${size} documents`, 0, 1)
  const { durationMs: indexMs } = await search('begin')
  report.figure(plain(`${size} documents: indexed, with local embeddings`, inSeconds(indexMs)))

  const durations: number[] = []
  for (const [done, query] of queries.entries()) {
    report.progress('queries', done, queries.length)
    durations.push((await search(query)).durationMs)
  }
  report.progress('queries', queries.length, queries.length)
  const sorted = durations.toSorted((a, b) => a - b)
  const quantile = (share: number): number => sorted[Math.floor(QUERIES * share)] ?? Number.NaN
  report.figure(plain(`${size} documents: a query, median of ${QUERIES}`, inMs(quantile(0.5))))
  report.figure(
    atMost(`${size} documents: a query, 95th percentile of ${QUERIES}`, quantile(0.95), MAX_QUERY_MS, inMs),
  )
  const memory = usedMemory() - memoryBefore
  report.figure(plain(`${size} documents: memory`, `${Math.round(memory / 1024 ** 2)} MiB`))

  await writeFile(join(base, '4711.md'), '# Changed\n\nQuokkas are found on an island.\n')
  const changedAt = performance.now()
  const changes = await knowledge.refresh()
  const refreshMs = performance.now() - changedAt
  const { document } = await search('quokkas')
  const changeMs = performance.now() - changedAt
  if (changes.length !== 1 || document !== '4711.md') throw new Error('the changed document was not found')
  report.figure(plain(`${size} documents: what changed on the disk, as every turn asks`, inMs(refreshMs)))
  report.figure(atMost(`${size} documents: one changed, told and found`, changeMs, MAX_CHANGE_MS, inMs))

  const again = await openKnowledge(options)
  const openedAt = performance.now()
  await again.search('quokkas', { limit: 1 }, signal)
  report.figure(
    plain(`${size} documents: the first query of another session`, inMs(performance.now() - openedAt)),
  )
}

function usedMemory(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss
}

/** A figure without a target. */
function plain(name: string, value: string): Figure {
  return { name, value, target: '', met: true }
}

function inMs(durationMs: number): string {
  return `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`
}

function inSeconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1)} s`
}
