import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { addDocument } from '../commands/add-document.ts'
import {
  type DocumentReport,
  type KnowledgeList,
  listKnowledge,
  readDocumentUse,
  searchKnowledge,
} from '../commands/inspect.ts'
import type { Passage } from '../knowledge/knowledge.ts'
import { renderColumns, renderCount } from '../text.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, workingDirectory, writeData } from './task.ts'

const PASSAGES = 5

interface SearchFlags {
  readonly json?: true
  readonly limit: number
  readonly in?: string
  readonly heading?: string
}

export function addKnowledgeCommand(program: Command): void {
  const knowledge = program
    .command('knowledge')
    .summary('the documents that the agent can find')
    .description(
      "The task's documents and those that come with avo: what there is, what a search finds, what it was good for.\nDocuments can be added, changed and removed at any time, also while it runs.",
    )
    .addHelpText('after', '\nExample:\n  avo knowledge search "sort numbers without comparing them" my-task')
  addList(knowledge)
  addSearch(knowledge)
  addAdd(knowledge)
  addStats(knowledge)
}

function addList(knowledge: Command): void {
  knowledge
    .command('list')
    .summary('every document with its title')
    .description(
      "Lists every document that the agent can find, with its title, and the files that can't be read, with the reason.",
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document: a list of documents')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const list = await listKnowledge(await readTask(command, task))
      writeData(
        flags.json ? JSON.stringify([...list.documents, ...list.unreadable], null, 2) : renderDocuments(list),
      )
    })
}

function addSearch(knowledge: Command): void {
  knowledge
    .command('search')
    .summary('the passages that the agent would find')
    .description('Searches the documents as the agent does: by meaning and by words, best first.')
    .argument('<text>', 'what you want to know, in a few words')
    .argument(...TASK_ARGUMENT)
    .option('--limit <number>', 'passages at most', parseLimit, PASSAGES)
    .option(
      '--in <documents>',
      'only in a document, a folder or a glob: lessons, *.pdf, avo/numpy.md',
      parseDocuments,
    )
    .option('--heading <words>', 'only below headings that have these words', parseHeading)
    .option('--json', 'one JSON document: a list of passages')
    .action(async (text: string, task: string, flags: SearchFlags, command: Command) => {
      const config = await readTask(command, task)
      const { limit, in: documents, heading } = flags
      const options = { limit, documents, heading }
      const passages = await searchKnowledge(config, text, options, new AbortController().signal)
      writeData(flags.json ? JSON.stringify(passages, null, 2) : renderPassages(passages))
    })
}

function addAdd(knowledge: Command): void {
  knowledge
    .command('add')
    .summary('put a copy of a file into the knowledge base')
    .description(
      'Puts a copy of a file into the knowledge base: Markdown, text, source code, reStructuredText, HTML, a notebook or a PDF. The agent is told at its next turn.',
    )
    .argument('<file>', 'the document')
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .action(async (file: string, task: string, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const document = await addDocument(config, resolve(workingDirectory(command), file))
      writeData(
        flags.json ? JSON.stringify({ document }, null, 2) : `The agent finds it as ${toPlain(document)}`,
      )
    })
}

function addStats(knowledge: Command): void {
  knowledge
    .command('stats')
    .summary('what each document was good for')
    .description(
      'Says of each document how many searches have shown it, how often it was read, and how many accepted versions cite it.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document: a list of documents')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const uses = await readDocumentUse(await readTask(command, task))
      writeData(flags.json ? JSON.stringify(uses, null, 2) : renderUses(uses))
    })
}

function renderDocuments({ documents, unreadable }: KnowledgeList): string {
  const rows = documents.map(({ document, title }) => [toPlain(document), toPlain(title)])
  const problems = unreadable.map(({ document, problem }) => [
    `  ${toPlain(document)}`,
    `it ${toPlain(problem)}`,
  ])
  return [
    rows.length === 0 ? 'There are no documents.' : renderColumns(rows),
    ...(problems.length === 0
      ? []
      : [`${renderCount(problems.length, 'file')} that can't be read:\n${renderColumns(problems)}`]),
  ].join('\n\n')
}

function renderPassages(passages: readonly Passage[]): string {
  if (passages.length === 0) return 'Nothing was found.'
  return passages
    .map(({ document, lines, headings, text }) =>
      toPlain(
        `${[`${document}:${lines[0]}-${lines[1]}`, headings.join(' > ')].join('  ').trimEnd()}\n\n${text.replace(/^(?=.)/gm, '  ')}`,
      ),
    )
    .join('\n\n')
}

function renderUses(uses: readonly DocumentReport[]): string {
  const used = uses.filter(({ found, read, cited }) => found + read + cited > 0)
  const unused = uses.filter((use) => !used.includes(use))
  const rows = used.map(({ document, found, read, cited, isThere }) => [
    `${toPlain(document)}${isThere ? '' : ' (gone)'}`,
    ...[found, read, cited].map(String),
  ])
  const table = renderColumns([['document', 'found', 'read', 'cited'], ...rows], [1, 2, 3])
  const names = unused.map(({ document }) => `  ${toPlain(document)}`)
  return [
    used.length === 0 ? 'No document was used yet.' : table,
    ...(unused.length === 0
      ? []
      : [`${renderCount(unused.length, 'document')} never used:\n${names.join('\n')}`]),
  ].join('\n\n')
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new InvalidArgumentError('it takes a number from 1 to 100')
  return limit
}

function parseDocuments(text: string): string {
  if (/^[\s/]*$/.test(text))
    throw new InvalidArgumentError('it takes a document, a folder or a glob, as in --in lessons')
  return text
}

function parseHeading(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('it takes words of a heading')
  return text
}
