import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A scorer in three lines of shell: the score is the number in the candidate's file; no number is incorrect. */
export const NUMBER_TASK: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: number
brief: Make the number in value.txt larger.
llm: { provider: builtin }
seed: seed
scorer: { command: [sh, score.sh] }
max_attempts: 3
`,
  'seed/value.txt': '1\n',
  'scorer/score.sh': `value=$(cat "$AVO_CANDIDATE/value.txt")
case "$value" in
  ''|*[!0-9.]*) printf '{"correct": false, "feedback": "not a number: %s"}' "$value" > "$AVO_RESULT" ;;
  *) printf '{"correct": true, "scores": {"a": %s, "b": %s}}' "$value" "$value" > "$AVO_RESULT" ;;
esac
`,
}

/** Writes a task into a fresh directory that is gone after the test. */
export async function makeTask(files: Readonly<Record<string, string>> = NUMBER_TASK): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-task-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}
