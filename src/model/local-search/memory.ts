import {
  type AssistantMessage,
  type Message,
  type TextBlock,
  type ToolResultBlock,
  textOf,
  toolCallsOf,
} from '../model.ts'
import { parseStrategy, type Strategy } from '../strategies.ts'
import { isBetter } from './tool-text.ts'

/** What a conversation says: a fold over its messages. Nothing else is remembered, so a search that was cut off goes on. */
export interface Memory {
  /** 0 before the first briefing. */
  attempt: number
  /** What the supervisor directed this attempt to. */
  strategy: Strategy | null
  /** Number of the best version when the attempt began. */
  bestVersion: number
  /** Of this attempt, once it was evaluated. */
  lastMove: EvaluatedMove | null
  submitted: boolean
  /** By tool and input: of this attempt or, from the knowledge base, since it last changed. */
  readonly answers: Map<string, Answer>
  /** How often moves were tried, by name. */
  readonly tries: Map<string, number>
  readonly openCalls: Map<string, OpenCall>
}

/** What a tool answered, and how often it was asked. */
export interface Answer {
  readonly text: string
  readonly failed: boolean
  readonly tries: number
}

export interface EvaluatedMove {
  /** What the model said when it made the move. */
  readonly words: string
  /** Documents that it is from. */
  readonly documents: readonly string[]
  readonly isBetter: boolean
}

interface OpenCall {
  readonly tool: string
  readonly key: string
  readonly move: PendingMove | null
}

interface PendingMove {
  readonly name: string
  readonly words: string
  readonly documents: readonly string[]
  /** Whether a call before the evaluation went wrong. */
  failed: boolean
}

/** Times that a failing call is made; one that a restart cut off has failed, too. */
const MAX_TRIES = 2
const KNOWLEDGE = /^\w+_knowledge /
/** The last lines of a reply that makes a move: where it is from, and its name. */
const MOVE = /^(.*)^move: (.+)$/ms
const DOCUMENTS = /(?<=\n)(?:document: .+\n)*$/

/** A memory of nothing. */
export function createMemory(): Memory {
  return {
    attempt: 0,
    strategy: null,
    bestVersion: 0,
    lastMove: null,
    submitted: false,
    answers: new Map(),
    tries: new Map(),
    openCalls: new Map(),
  }
}

/** The lines of a reply by which its move is found again in the conversation. */
export function renderMoveLines(move: string, documents: readonly string[]): string {
  return [...documents.map((document) => `document: ${document}`), `move: ${move}`].join('\n')
}

/** The answer to a call; undefined where it was not made yet, or failed and may be made once more. */
export function answerTo(memory: Memory, tool: string, input: object): Answer | undefined {
  const answer = memory.answers.get(keyOf(tool, input))
  return answer?.failed && answer.tries < MAX_TRIES ? undefined : answer
}

/** Whether a move needs no further try. */
export function isTried(memory: Memory, move: string): boolean {
  return (memory.tries.get(move) ?? 0) >= MAX_TRIES
}

/** Folds a message into the memory. */
export function remember(memory: Memory, message: Message): void {
  if (message.role === 'assistant') rememberReply(memory, message)
  else
    for (const block of message.content)
      if (block.type === 'text') rememberText(memory, block)
      else rememberResult(memory, block)
}

function rememberReply(memory: Memory, message: AssistantMessage): void {
  const [, said = '', name] = MOVE.exec(textOf(message)) ?? []
  const [lines = ''] = DOCUMENTS.exec(said) ?? []
  const words = said.slice(0, said.length - lines.length).trim()
  const documents = [...lines.matchAll(/^document: (.+)$/gm)].flatMap(([, document = '']) => [document])
  const move = name === undefined ? null : { name, words, documents, failed: false }
  for (const { id, name: tool, input } of toolCallsOf(message))
    memory.openCalls.set(id, { tool, key: keyOf(tool, Object(input)), move })
}

function rememberResult(memory: Memory, { id, text, failed }: ToolResultBlock): void {
  const call = memory.openCalls.get(id)
  if (call === undefined) return
  memory.openCalls.delete(id)
  const { key, tool, move } = call
  memory.answers.set(key, { text, failed, tries: (memory.answers.get(key)?.tries ?? 0) + 1 })
  if (tool === 'submit' && !failed) memory.submitted = true
  if (move === null) return
  move.failed ||= failed
  if (tool !== 'evaluate') return
  const tries = move.failed ? (memory.tries.get(move.name) ?? 0) + 1 : MAX_TRIES
  memory.tries.set(move.name, tries)
  const { words, documents } = move
  memory.lastMove = { words, documents, isBetter: !move.failed && isBetter(text) }
}

function rememberText(memory: Memory, { text }: TextBlock): void {
  if (/^The knowledge base has changed/m.test(text)) forget(memory, (key) => KNOWLEDGE.test(key))
  const attempt = /^# Attempt (\d+)$/m.exec(text)?.[1]
  if (attempt === undefined) return
  const directions = text.split(/^## /m).find((section) => section.startsWith('Directions'))
  memory.attempt = Number(attempt)
  memory.strategy = parseStrategy(directions ?? '')
  memory.bestVersion = Number(/^## Best so far: v(\d+)/m.exec(text)?.[1] ?? 0)
  memory.lastMove = null
  memory.submitted = false
  forget(memory, (key, answer) => answer.failed || !KNOWLEDGE.test(key))
}

function forget(memory: Memory, isOver: (key: string, answer: Answer) => boolean): void {
  for (const [key, answer] of memory.answers) if (isOver(key, answer)) memory.answers.delete(key)
}

function keyOf(tool: string, input: object): string {
  return `${tool} ${JSON.stringify(input)}`
}
