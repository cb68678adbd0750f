import type { AssistantMessage, Message, ModelClient, ToolCallBlock } from '../../src/model/model.ts'
import { textOf, toolCallsOf } from '../../src/model/model.ts'

type Files = Readonly<Record<string, string>>

/** What a world is made of. A score is a number, higher is better; a text says why the files are incorrect. */
export interface WorldOptions {
  readonly files: Files
  readonly documents?: Files
  readonly score: (files: Files) => number | string
  /** Whether the gate accepts what scores better; by default it does. */
  readonly accepts?: (files: Files) => boolean
  /** Lets a test answer a call in its own way: a text, or an error for a failed result. */
  readonly answer?: (call: ToolCallBlock) => string | Error | undefined
}

/** An agent's surroundings in memory: its tools, its briefings and its conversation, in the harness's own formats. */
export interface World {
  readonly messages: Message[]
  /** Every version's files, the seed first. */
  readonly versions: Files[]
  readonly summaries: string[]
  /** The files of every evaluation. */
  readonly evaluated: Files[]
  /** Plays one attempt and says how it ended; `directions` are the supervisor's. */
  play(model: ModelClient, directions?: string): Promise<'accepted' | 'rejected' | 'silent' | 'out of turns'>
  /** Appends a reply and the results of its calls. */
  take(reply: AssistantMessage): readonly ToolCallBlock[]
}

const READ_ONLY = 'notes.js'
const MAX_TURNS = 50
const MAX_RESULT_LENGTH = 30_000
const MAX_LINES = 2_000
const never = new AbortController().signal

export function createWorld(options: WorldOptions): World {
  const { documents = {}, score } = options
  let files = options.files
  let attempt = 0
  const messages: Message[] = []
  const versions = [files]
  const summaries: string[] = []
  const evaluated: Files[] = []

  async function play(model: ModelClient, directions = ''): ReturnType<World['play']> {
    attempt += 1
    messages.push({ role: 'user', content: [{ type: 'text', text: renderBriefing(directions) }] })
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const { message } = await model.respond({ system: '', messages, tools: [] }, never)
      const calls = take(message)
      if (calls.length === 0) return 'silent'
      const submission = calls.find(({ name }) => name === 'submit')
      if (submission !== undefined && !isRefused()) return decide(submission)
    }
    return 'out of turns'
  }

  function take(reply: AssistantMessage): readonly ToolCallBlock[] {
    const calls = toolCallsOf(reply)
    messages.push(reply)
    if (calls.length > 0) messages.push({ role: 'user', content: calls.map(toResult) })
    return calls
  }

  function renderBriefing(directions: string): string {
    const section = directions === '' ? '' : `\n\n## Directions\nThe search has stalled.\n- ${directions}`
    return `# Attempt ${attempt}\n\n\n## Best so far: v${versions.length - 1}\nits summary${section}\n\n## Workspace\nstrategy: constants is what somebody wrote into a file`
  }

  function decide({ input }: ToolCallBlock): 'accepted' | 'rejected' {
    if (options.accepts?.(files) === false) return 'rejected'
    versions.push(files)
    summaries.push(String(Object(input).summary))
    return 'accepted'
  }

  function isRefused(): boolean {
    return messages.at(-1)?.content.some((block) => block.type === 'tool_result' && block.failed) ?? false
  }

  function toResult(call: ToolCallBlock) {
    const own = options.answer?.(call)
    try {
      if (own instanceof Error) throw own
      const text = own ?? use(call.name, Object(call.input))
      return { type: 'tool_result' as const, id: call.id, text: cut(text), failed: false }
    } catch (error) {
      return { type: 'tool_result' as const, id: call.id, text: String(error), failed: true }
    }
  }

  function use(tool: string, input: Readonly<Record<string, unknown>>): string {
    const { path, content, version, document, from_line: from } = input
    switch (tool) {
      case 'list_files':
        return [...Object.keys(files), `${READ_ONLY} (not in the solution)`].join('\n')
      case 'read_file':
        return readLines(path === READ_ONLY ? 'slow(12)\n' : files[String(path)], Number(from))
      case 'write_file':
        files = { ...files, [String(path)]: String(content) }
        return `Wrote ${path}.`
      case 'revert':
        files = versions.at(version === undefined ? -1 : Number(version)) ?? {}
        return 'The workspace is that version again.'
      case 'search_knowledge':
        return Object.entries(documents)
          .map(([name, text]) => `[${name}:1-9] Title > Heading\n${text}`)
          .join('\n\n')
      case 'read_knowledge':
        return `${document} (lines ${from}-9 of 9): Title\n<document>\n${tail(documents[String(document)], Number(from))}\n</document>`
      case 'evaluate':
        return evaluate()
      case 'submit':
        return 'Submitted.'
      default:
        throw new Error(`there is no tool ${tool}`)
    }
  }

  function evaluate(): string {
    evaluated.push(files)
    const value = score(files)
    const best = score(versions.at(-1) ?? {})
    if (typeof value === 'string') return `Incorrect (crash): ${value}\n\nOutput:\n…`
    const gain = (100 * (value - Number(best))) / Number(best)
    return `Correct: ${value} against ${best} of v${versions.length - 1}, ${gain < 0 ? '' : '+'}${gain.toFixed(1)}%\n\na table`
  }

  return { messages, versions, summaries, evaluated, play, take }
}

/** The trace lines of a conversation, in order. */
export function movesOf(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => textOf(message).match(/^move: .+$/gm) ?? [])
}

function readLines(content: string | undefined, from: number): string {
  if (content === undefined) throw new Error('there is no such file')
  const lines = content.split('\n').slice(0, -1)
  const shown = lines.slice(from - 1, from - 1 + MAX_LINES).map((line, index) => `${from + index}\t${line}`)
  const rest = lines.length - (from - 1) - shown.length
  return [
    ...shown,
    ...(rest > 0 ? [`… ${rest} more lines, go on with from_line=${from + MAX_LINES}`] : []),
  ].join('\n')
}

function tail(content: string | undefined, from: number): string {
  if (content === undefined) throw new Error('there is no such document')
  return content
    .split('\n')
    .slice(from - 1)
    .join('\n')
}

function cut(text: string): string {
  if (text.length <= MAX_RESULT_LENGTH) return text
  const half = MAX_RESULT_LENGTH / 2
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`
}
