import { createHash } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { AvoError, toMessage } from '../errors.ts'
import type { Message, ModelClient, ModelRequest } from './model.ts'
import { replySchema } from './reply-schema.ts'

/** What of a request must be the same again. */
const requestSchema = z.object({
  /** sha256 of the model, the tools' names and the outline of the conversation. */
  digest: z.string(),
  model: z.string(),
  tools: z.array(z.string()),
  messages: z.number().int(),
})

const callSchema = z.object({
  request: requestSchema,
  contextTokens: z.number(),
  priced: z.boolean(),
  reply: replySchema,
})

type RecordedRequest = z.output<typeof requestSchema>
type RecordedCall = z.output<typeof callSchema>

/**
 * A model whose replies are also written to a cassette, one JSON line a call, each line packed where the file's name ends in
 * `.gz`. Calls that fail are not: they are asked again.
 * The request is there only as a digest, so that neither the task nor a key gets into the file.
 */
export function recordModel(model: ModelClient, file: string): ModelClient {
  return {
    ...model,
    async respond(request, signal) {
      const reply = await model.respond(request, signal)
      const { name, contextTokens, priced } = model
      const call = JSON.stringify({ request: summarize(name, request), contextTokens, priced, reply })
      const line = `${call}\n`
      await appendFile(file, isPacked(file) ? gzipSync(line) : line, { mode: 0o600 })
      return reply
    },
  }
}

/**
 * A model that answers from a cassette, in the order of recording, and asks nobody. It begins at the first recorded call
 * that the first request fits, so that a run can be replayed in parts: it goes on where it stopped.
 *
 * A request is the recorded one if the tools have the same names and the conversation the same outline: who spoke, and
 * which tools were called. Texts are not compared, because what tools give back is never the same twice: paths of temporary
 * directories, timings, scores.
 *
 * @throws {AvoError} `model-invalid`, when it is opened, for a file that is no cassette; when it is asked, for a request
 * that differs and after the last reply, with file, line and what differs.
 */
export async function replayModel(file: string): Promise<ModelClient> {
  const calls = await readCassette(file)
  const [first] = calls
  if (first === undefined)
    throw new AvoError('model-invalid', `${file}: the cassette is empty`, 'Record one with --record.')
  const name = first.request.model
  let position: number | null = null
  return {
    name,
    contextTokens: first.contextTokens,
    maxReplyTokens: 0,
    priced: first.priced,
    priceOf: () => 0,
    async respond(request, signal) {
      signal.throwIfAborted()
      position ??= findStart(calls, request)
      const call = calls[position]
      const line = position + 1
      if (call === undefined)
        throw new AvoError(
          'model-invalid',
          `${file}:${line}: the cassette ends here, and the run goes on`,
          'Record it again, or replay it with the settings that it was recorded with.',
        )
      // A fallback may have taken the first model's place in the middle.
      const difference = compare(call.request, summarize(call.request.model, request))
      if (difference !== null)
        throw new AvoError(
          'model-invalid',
          `${file}:${line}: the request is not the recorded one: ${difference}`,
          'The run took another course than when it was recorded: record it again.',
        )
      position += 1
      return call.reply
    },
  }
}

/** The first call, where none fits: what differs is then said of it. */
function findStart(calls: readonly RecordedCall[], asked: ModelRequest): number {
  return Math.max(
    0,
    calls.findIndex(({ request }) => request.digest === summarize(request.model, asked).digest),
  )
}

async function readCassette(file: string): Promise<readonly RecordedCall[]> {
  let text: string
  try {
    const bytes = await readFile(file)
    text = String(isPacked(file) ? unpack(bytes) : bytes)
  } catch (error) {
    throw new AvoError(
      'model-invalid',
      `can't read the cassette: ${toMessage(error)}`,
      'Record one with --record.',
    )
  }
  // What stands behind the last line break was cut off while it was written.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseLine(line, `${file}:${index + 1}`))
}

function isPacked(file: string): boolean {
  return file.endsWith('.gz')
}

/** As far as it goes: the last line may have been cut off while it was written. */
function unpack(bytes: Buffer): Buffer {
  return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
}

function parseLine(line: string, place: string): RecordedCall {
  try {
    return callSchema.parse(JSON.parse(line))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : toMessage(error)
    throw new AvoError(
      'model-invalid',
      `${place} is no recorded call: ${reason}`,
      'Record the cassette again.',
    )
  }
}

function summarize(model: string, { tools, messages }: ModelRequest): RecordedRequest {
  const names = tools.map((tool) => tool.name)
  const outline = JSON.stringify([model, names, messages.map(toOutline)])
  const digest = createHash('sha256').update(outline).digest('hex')
  return { digest, model, tools: names, messages: messages.length }
}

function toOutline(message: Message): readonly string[] {
  if (message.role === 'user') return ['user']
  return [
    'assistant',
    ...message.content.flatMap((block) => (block.type === 'tool_call' ? [block.name] : [])),
  ]
}

function compare(recorded: RecordedRequest, asked: RecordedRequest): string | null {
  if (recorded.digest === asked.digest) return null
  const missing = recorded.tools.filter((tool) => !asked.tools.includes(tool))
  const added = asked.tools.filter((tool) => !recorded.tools.includes(tool))
  if (missing.length > 0) return `it lacks the tools ${missing.join(', ')}`
  if (added.length > 0) return `it has the tools ${added.join(', ')} besides`
  if (recorded.messages !== asked.messages)
    return `the conversation has ${asked.messages} messages, and had ${recorded.messages}`
  return 'other tools were called in the conversation before'
}
