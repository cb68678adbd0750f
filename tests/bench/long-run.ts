import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import type { Message, ModelClient, ModelRequest } from '../../src/model/model.ts'
import { openRun } from '../../src/run.ts'
import { type ScriptedReply, toReply } from '../scripted-model.ts'

/** Turns of the agent in an attempt that submits. */
export const TURNS_PER_ATTEMPT = 8
/** What benchmarks take for a token, of whatever language. */
const CHARACTERS_PER_TOKEN = 4
/** An accepted version in each so many attempts. */
const VERSION_EVERY = 20
export const CONTEXT_TOKENS = 200_000

/** A request as a provider would bill it. */
export interface Billed {
  readonly inputTokens: number
  /** Of them, those that the request before began with as well: what a prompt cache serves. */
  readonly cachedTokens: number
}

export interface LongRun {
  readonly attempts: number
  /** Whether the scorer is, by 2%, and the solutions within it, so that the gate takes its time. */
  readonly isNoisy?: boolean
}

/**
 * A whole run of so many attempts with a scripted model: each reads the program, searches the knowledge base, edits, runs a
 * command, evaluates twice and submits, with texts as long as agents write them. Gives what every request took.
 */
export async function playLongRun(
  directory: string,
  { attempts, isNoisy = false }: LongRun,
): Promise<readonly Billed[]> {
  await writeTask(directory, { attempts, isNoisy })
  const billed: Billed[] = []
  const meter = createMeter()
  const play = createPlayer(isNoisy)
  const model: ModelClient = {
    name: 'bench/model',
    contextTokens: CONTEXT_TOKENS,
    maxReplyTokens: 0,
    priced: true,
    priceOf: () => 0,
    async respond(request) {
      const call = billed.push(meter(request))
      return toReply(play(call), call)
    },
  }
  const run = await openRun(await readConfig(directory), { model })
  try {
    await run.start(new AbortController().signal)
  } finally {
    run.close()
  }
  return billed
}

/** Counts requests as a server with a prompt cache does: whole messages from the beginning that are the same as in the last one. */
function createMeter(): (request: ModelRequest) => Billed {
  const texts = new WeakMap<Message, string>()
  const textOf = (message: Message): string => {
    const text = texts.get(message) ?? JSON.stringify(message)
    texts.set(message, text)
    return text
  }
  let last: readonly string[] = []
  return ({ system, tools, messages }) => {
    const parts = [system + JSON.stringify(tools), ...messages.map(textOf)]
    const differs = parts.findIndex((part, index) => part !== last[index])
    const common = differs === -1 ? parts : parts.slice(0, differs)
    last = parts
    return { inputTokens: tokensOf(parts), cachedTokens: tokensOf(common) }
  }
}

function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS_PER_TOKEN
}

/** Plays the agent, which remembers what it has written last: nobody may set the workspace back under it. */
function createPlayer(isNoisy: boolean): (call: number) => ScriptedReply {
  let value = 1
  let tuning = 'const tuning = 0'

  function editValue(attempt: number, factor: number): ScriptedReply['calls'] {
    const worse = isNoisy ? 1 + Math.floor(attempt / VERSION_EVERY) * VERSION_EVERY : 1 / (1 + attempt)
    const next = (attempt % VERSION_EVERY === 0 ? 1 + attempt : worse + attempt / 1e6) * factor
    const edit = { path: 'solution.js', old_text: `value = ${value}\n`, new_text: `value = ${next}\n` }
    value = next
    return [['edit_file', edit]]
  }

  function editTuning(attempt: number): ScriptedReply['calls'] {
    const next = `const tuning = [${attempt}, '${prose(attempt, 500)}']`
    const edit = { path: 'solution.js', old_text: tuning, new_text: next }
    tuning = next
    return [['edit_file', edit]]
  }

  return (call) => {
    const attempt = Math.ceil(call / TURNS_PER_ATTEMPT)
    const steps: readonly (() => ScriptedReply['calls'])[] = [
      () => [['read_file', { path: 'solution.js' }]],
      () => [['search_knowledge', { query: `how to make step ${attempt} faster` }]],
      () => editTuning(attempt),
      () => [['run_shell', { command: `echo ${attempt}; head -c 4000 solution.js` }]],
      () => [...(editValue(attempt, 0.9) ?? []), ['evaluate', {}]],
      () => [['note', { text: `Attempt ${attempt}: ${prose(attempt, 150)}` }]],
      () => [...(editValue(attempt, 1) ?? []), ['evaluate', {}]],
      () => [['submit', { summary: `step ${attempt}\n\n${prose(attempt, 300)}` }]],
    ]
    const calls = steps[(call - 1) % TURNS_PER_ATTEMPT]?.() ?? []
    return { text: prose(call, 700), calls, usage: { inputTokens: 1, outputTokens: 1 } }
  }
}

/** Words that are others each time. */
function prose(seed: number, length: number): string {
  const words = Array.from(
    { length: length / 8 },
    (_, index) => `word${(seed * 7919 + index * 104_729) % 9973}`,
  )
  return words.join(' ').slice(0, length)
}

/** Shell that makes the score another one each time, by up to 2%. */
const NOISE =
  'value=$(od -An -N2 -tu2 /dev/urandom | awk -v value="$value" \'{ print value * (1 + 0.02 * $1 / 65536) }\')\n'

async function writeTask(directory: string, { attempts, isNoisy }: LongRun): Promise<void> {
  const functions = Array.from(
    { length: 60 },
    (_, index) => `function step${index}(input) {\n  return input.map((x) => x * ${index} + tuning[0])\n}\n`,
  )
  const document = (await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')).slice(0, 20_000)
  const files: Readonly<Record<string, string>> = {
    'avo.yaml': `llm: { provider: builtin }
sandbox: process
seed: seed
scorer: { command: [sh, score.sh] }
supervisor: { enabled: false }
max_attempts: ${attempts}
max_versions: ${attempts}
`,
    'seed/solution.js': `export const value = 1\nconst tuning = 0\n${functions.join('\n')}`,
    'scorer/score.sh': `read -r _ _ _ _ value < "$AVO_CANDIDATE/solution.js"
${isNoisy ? NOISE : ''}printf '{"correct": true, "scores": {"small": %s, "large": %s}}' "$value" "$value" > "$AVO_RESULT"
`,
    'knowledge-base/about.md': document,
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await writeFile(join(directory, path), content)
  }
}
