import type { Conversation } from '../../src/agent/conversation.ts'
import type { Event, ReplyEvent, Usage } from '../../src/events.ts'
import type { Random } from '../../src/gate/random.ts'
import type { Score } from '../../src/score.ts'
import { type DemoChange, SOLUTION } from './demo-task.ts'

const ASSEMBLY = '  412: vfmadd231pd ymm0, ymm1, [rdx+rax]\n  418: vfmadd231pd ymm2, ymm3, [rdx+rax+32]\n'

/** What an attempt of the demonstration's agent is about. */
export interface DemoAttempt {
  readonly number: number
  readonly change: DemoChange
  readonly turns: number
  /** Number of the best version. */
  readonly best: number
  /** Whether its words are still in the agent's memory. */
  readonly isRemembered: boolean
  evaluate(): Score
}

/** Plays an attempt up to its submission: it searches, edits, runs and evaluates, a call a turn. */
export function playDemoAttempt(
  attempt: DemoAttempt,
  {
    record,
    random,
    conversation,
  }: {
    readonly record: (event: Event, tookMs?: number) => void
    readonly random: Random
    readonly conversation: Conversation
  },
): void {
  const { number, change, turns, best, isRemembered } = attempt
  const briefing = `# Attempt ${number}\n\nThe best version is v${best}.`
  if (isRemembered) conversation.append({ role: 'user', content: [{ type: 'text', text: briefing }] })
  for (let turn = 1; turn <= turns; turn++) {
    const { tool, about, text } = turnOf(turn, attempt)
    const usage: Usage = {
      inputTokens: 300 + Math.floor(500 * random()),
      cacheReadTokens: 21_000 + 900 * turn,
      cacheWriteTokens: 1_400 + Math.floor(600 * random()),
      outputTokens: 300 + Math.floor(1_100 * random()),
    }
    const durationMs = 4_000 + Math.floor(14_000 * random())
    const costUsd = priceOf(usage)
    const reply: ReplyEvent = {
      type: 'model.replied',
      attempt: number,
      turn,
      usage,
      costUsd,
      durationMs,
      text,
      end: 'tool-calls',
      calls: 1,
    }
    const call = `call-${number}-${turn}`
    record(reply, durationMs)
    record({ type: 'tool.called', attempt: number, turn, tool, about, call })
    if (tool === 'evaluate')
      record(
        {
          type: 'candidate.evaluated',
          attempt: number,
          by: 'agent',
          tree: `${number}`.padStart(40, '0'),
          score: attempt.evaluate(),
          durationMs: 9_000,
          scorerRuns: 2,
        },
        9_000,
      )
    const shown =
      tool === 'search_knowledge' && change.document !== undefined
        ? { shown: [{ document: change.document, lines: [12, 40] as const }] }
        : {}
    record(
      {
        type: 'tool.returned',
        attempt: number,
        turn,
        tool,
        failed: false,
        durationMs: 120,
        effect: call,
        changed: tool === 'edit_file',
        ...shown,
      },
      1_500,
    )
    if (!isRemembered) continue
    const input =
      tool === 'edit_file'
        ? { path: SOLUTION, old_text: 'for (int k = 0; k < n; k++)', new_text: change.code }
        : { about }
    conversation.appendReply(
      {
        role: 'assistant',
        content: [
          { type: 'text', text },
          { type: 'tool_call', id: call, name: tool, input },
        ],
      },
      reply,
    )
    const output = tool === 'run_shell' ? ASSEMBLY : 'done'
    conversation.append({
      role: 'user',
      content: [{ type: 'tool_result', id: call, text: output, failed: false }],
    })
  }
}

function turnOf(
  turn: number,
  { change, turns }: DemoAttempt,
): Readonly<Record<'tool' | 'about' | 'text', string>> {
  if (turn === 1) return { tool: 'search_knowledge', about: 'blocking for caches', text: change.plan }
  if (turn === turns) return { tool: 'submit', about: change.title, text: 'It holds up: I submit it.' }
  const text = 'The inner loop is what counts. I look at what the compiler makes of it.'
  if (turn === 2) return { tool: 'edit_file', about: SOLUTION, text }
  if (turn % 2 === 1) return { tool: 'evaluate', about: '', text }
  return { tool: 'run_shell', about: 'gcc -O3 -march=native -S matmul.c | grep vfmadd', text }
}

/** In US dollars, at prices of the order that models have. */
function priceOf({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: Usage): number {
  return (inputTokens * 5 + cacheReadTokens * 0.5 + cacheWriteTokens * 6.25 + outputTokens * 25) / 1e6
}
