import { toMessage } from '../errors.ts'
import type { RecordedEvent } from '../events.ts'
import type { Journal, RunState } from '../journal.ts'
import { createQueue } from '../queue.ts'
import type { Execution, Sandbox } from '../sandbox/sandbox.ts'
import { firstLine } from '../text.ts'
import { type HookName, type HookSubject, hookOf, renderHookInput } from './hook-events.ts'

/** Commands for the shell, from avo.yaml and nowhere else. */
export type HookCommands = Readonly<Partial<Record<HookName, string>>>

export interface HookOptions {
  readonly commands: HookCommands
  readonly journal: Journal
  readonly subject: HookSubject
  readonly environment: Readonly<Record<string, string>>
  /** What keeps a hook within its time, and ends what it leaves behind. */
  readonly sandbox: Sandbox
  /** Of each; 60 when left out. */
  readonly timeoutSeconds?: number
}

/** The person's commands, which are told what happens. They run beside the run, one after the other. */
export interface Hooks {
  /**
   * Waits for those that are still to run. They get the time of one hook together; the last one, about the run's end, gets
   * its own.
   */
  close(): Promise<void>
}

const TIMEOUT_SECONDS = 60

/** Runs a command for each event that has one. What becomes of it is recorded and changes nothing. */
export function startHooks(options: HookOptions): Hooks {
  const { commands, journal, subject, timeoutSeconds = TIMEOUT_SECONDS } = options
  const inTurn = createQueue()
  const backlog = new AbortController()
  const unending = new AbortController()
  let last: Promise<void> = Promise.resolve()

  const unsubscribe = journal.subscribe((event, state) => {
    const hook = hookOf(event)
    const command = hook === null ? undefined : commands[hook]
    if (hook === null || command === undefined) return
    const { signal } = event.type === 'run.ended' ? unending : backlog
    const input = toInput(hook, event, state)
    last = inTurn(() => run(hook, command, input, signal))
  })

  function toInput(hook: HookName, event: RecordedEvent, state: RunState): string {
    return renderHookInput(hook, event, state, subject)
  }

  async function run(hook: HookName, command: string, stdin: string, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now()
    const { exitCode, problem } = await attempt(command, stdin, signal)
    const durationMs = Math.round(performance.now() - startedAt)
    try {
      journal.record({ type: 'hook.ran', hook, exitCode, durationMs, problem })
    } catch {
      // The run itself finds out that its journal can't be written.
    }
  }

  async function attempt(
    command: string,
    stdin: string,
    signal: AbortSignal,
  ): Promise<{ readonly exitCode: number | null; readonly problem: string | null }> {
    try {
      const execution = await options.sandbox.exec(
        {
          argv: ['/bin/sh', '-c', command],
          cwd: subject.task,
          env: options.environment,
          stdin,
          timeoutSeconds,
        },
        signal,
      )
      return { exitCode: execution.exitCode, problem: problemOf(execution) }
    } catch (error) {
      const problem = signal.aborted ? 'the run had ended and could wait no longer' : toMessage(error)
      return { exitCode: null, problem }
    }
  }

  function problemOf({ exitCode, signal, limit, output }: Execution): string | null {
    if (exitCode === 0) return null
    if (limit === 'time') return `it did not end within ${timeoutSeconds} seconds`
    if (exitCode === null) return `it was ended (${limit ?? signal})`
    const said = firstLine(output.trim().split('\n').at(-1) ?? '')
    return `exit status ${exitCode}${said === '' ? '' : `: ${said}`}`
  }

  return {
    async close() {
      unsubscribe()
      const patience = setTimeout(() => backlog.abort(), timeoutSeconds * 1000)
      await last
      clearTimeout(patience)
    },
  }
}
