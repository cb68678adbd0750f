import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Evolution } from '../evolve.ts'
import { LESSONS_PREFIX } from '../knowledge/knowledge.ts'
import { drawInsights } from '../lessons/insights.ts'
import { createLearning } from '../lessons/learn.ts'
import {
  type Documents,
  renderCarried,
  renderLessonDocuments,
  renderLost,
} from '../lessons/lesson-documents.ts'
import { createWording } from '../lessons/word-lesson.ts'
import { ModelError } from '../model/model-error.ts'
import { readDocumentFolder, writeDocumentFolder } from '../storage/document-folder.ts'
import { replaceFile } from '../storage/durable-file.ts'
import { insightsFile, lastInsights, type RunDirectory } from '../storage/run-directory.ts'
import type { Parts } from './create-evolution.ts'

/**
 * What takes lessons from attempts and writes them down as documents, and now and then a page of what they add up to. The
 * journal has the lessons: the documents are made from it now and after every attempt, beside those of other tasks as they
 * are now, and those of a journal that was lost.
 */
export async function openLearning(parts: Parts): Promise<Evolution['learn']> {
  const { config, directory, journal } = parts
  const { lessons, direction } = config
  const { state } = journal
  const lost = renderLost(await readDocumentFolder(directory.lessons), state.learntUpTo === 0)
  const carried = await readCarried(parts)
  const write = (): Promise<void> => {
    const own = lessons.enabled ? renderLessonDocuments(state.lessons) : []
    return writeDocumentFolder(directory.lessons, new Map([...own, ...lost, ...carried]))
  }
  await write()
  if (!lessons.enabled) return async () => undefined

  const word = createOwnWording(parts)
  const learn = createLearning({ journal, direction, ...(word === null ? {} : { word }) })
  return async (signal) => {
    await learn(signal)
    await write()
    await report(parts)
  }
}

/** The page lies there before it is recorded, so that one which is recorded can be read. */
async function report({ config, directory, journal, knowledge }: Parts): Promise<void> {
  const { state } = journal
  const attempts = state.ledger.length
  if (config.insightsEvery === 0 || attempts - (state.insights?.attempts ?? 0) < config.insightsEvery) return
  const names = (await knowledge.list()).map(({ document }) => document)
  const documents = names.filter((document) => !document.startsWith(LESSONS_PREFIX))
  const { page, gist } = drawInsights(state, {
    documents,
    directions: state.redirection.queue.map(({ what }) => what),
  })
  const number = state.insights === null ? await firstNumber(directory, page) : state.insights.number + 1
  mkdirSync(directory.insights, { recursive: true })
  replaceFile(insightsFile(directory, number), page)
  journal.record({ type: 'insights.drawn', number, attempts, gist })
}

/** A journal that began anew leaves the pages of before as they are, but for one that a crash kept out of this very journal. */
async function firstNumber(directory: RunDirectory, page: string): Promise<number> {
  const last = await lastInsights(directory)
  const found = await readFile(insightsFile(directory, last), 'utf8').catch(() => null)
  return found === page ? last : last + 1
}

async function readCarried({ config }: Parts): Promise<Documents> {
  const carried = await Promise.all(
    config.lessons.from.map(async ({ task, directory }) =>
      renderCarried(task, await readDocumentFolder(directory)),
    ),
  )
  return new Map(carried.flatMap((documents) => [...documents]))
}

function createOwnWording({ journal, lineage, session }: Parts) {
  const { lessonModel: model, guard } = session
  if (model === null) return null
  return createWording({
    model,
    diff: (from, to) => lineage.diff(from, to),
    beforeCall: guard.beforeCall,
    onFailure: (error) => {
      if (!(error instanceof ModelError)) return
      const { code, message, billed } = error
      journal.record({ type: 'model.failed', code, message, ...billed })
    },
  })
}
