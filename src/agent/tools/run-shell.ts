import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Profile } from '../../events.ts'
import type { Execution, LimitKind, Sandbox } from '../../sandbox/sandbox.ts'
import { cutMiddle, firstLine, renderDuration } from '../../text.ts'
import { isProfiling } from '../profilers.ts'
import { createTool, type Tool } from '../tool.ts'
import { nextOutputName } from './output-name.ts'
import { OUTPUT_PREFIX } from './read-file.ts'

const MAX_OUTPUT_BYTES = 16_000

/** Of what a profiler printed, for whoever reviews the search. */
const PROFILE_CHARACTERS = 3_000
/** As a shell says it. */
const NO_SUCH_COMMAND = 127

const PAST: Readonly<Record<Exclude<LimitKind, 'time'>, string>> = {
  memory: 'it took more memory than a command may',
  processes: 'it started more processes and threads than a command may',
  'file-size': 'it wrote a larger file than a command may',
  output: 'it printed more than a command may',
}

/** `run_shell`: a command in the workspace; a long output is cut to head and tail, the rest kept in a file. */
export function createRunShell(workspace: string, outputsDirectory: string, sandbox: Sandbox): Tool {
  return createTool({
    name: 'run_shell',
    description:
      'Runs a shell command in the workspace: compile, test, profile, measure. No keyboard input. Everything that it starts is ended when it returns. Your own timings are hints; the scorer is what counts.',
    input: z.object({
      command: z.string().min(1).describe('The command, as for sh -c'),
      timeout_seconds: z.number().min(1).max(1_800).default(120).describe('Seconds after which it is ended'),
    }),
    cutOff: 'tell',
    about: ({ command }) => command,
    async execute({ command, timeout_seconds: timeoutSeconds }, signal) {
      const name = await nextOutputName(outputsDirectory)
      const outputFile = join(outputsDirectory, name)
      const result = await sandbox.exec(
        {
          argv: ['/bin/sh', '-c', command],
          cwd: workspace,
          timeoutSeconds,
          maxOutputBytes: MAX_OUTPUT_BYTES,
          outputFile,
        },
        signal,
      )
      if (result.omittedBytes === 0) await rm(outputFile, { force: true })
      const kept = result.omittedBytes > 0 ? `\n(read_file ${OUTPUT_PREFIX}${name} has the whole output)` : ''
      const output = result.output.trimEnd() || '(no output)'
      return {
        text: `${renderEnd(result, timeoutSeconds)}\n${output}${kept}`,
        effect: `${result.exitCode} ${result.signal} ${result.limit} ${output}`,
        ...(isProfiling(command) &&
          result.exitCode !== NO_SUCH_COMMAND && { profile: toProfile(command, output) }),
      }
    },
  })
}

function toProfile(command: string, output: string): Profile {
  return { command: firstLine(command, 200), output: cutMiddle(output, PROFILE_CHARACTERS) }
}

function renderEnd(result: Execution, timeoutSeconds: number): string {
  const duration = renderDuration(result.durationMs)
  if (result.limit === 'time') return `Ended after ${timeoutSeconds} s: the time was up.`
  if (result.limit !== null) return `Ended after ${duration}: ${PAST[result.limit]}.`
  if (result.exitCode === null) return `Ended by ${result.signal ?? 'a signal'} after ${duration}.`
  return `Exit status ${result.exitCode} after ${duration}.`
}
