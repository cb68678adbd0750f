import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { RecordedEvent } from '../../src/events.ts'
import { openRun } from '../../src/run.ts'
import { makeTask } from '../task.ts'

/** Each call of `slow` is a recipe's to take away, the number is to be found, and `wrong` makes it incorrect. */
const TASK: Readonly<Record<string, string>> = {
  'avo.yaml': `project_name: steps
llm: { provider: builtin }
scorer: { command: [sh, score.sh] }
max_attempts: 6
supervisor: { max_failed_attempts: 1 }
`,
  'seed/main.js': '// slow down\nexport const run = () => slow(slow(twice(12)))\n',
  'seed/README.txt': 'slow(12)\n',
  'scorer/score.sh': `text=$(cat "$AVO_CANDIDATE/main.js")
slow=$(printf %s "$text" | grep -o 'slow(' | wc -l)
case "$text" in
  *wrong*) correct=false ;;
  *'(24)'*) correct=true; bonus=50 ;;
  *) correct=true; bonus=0 ;;
esac
printf '{"correct": %s, "scores": {"a": %d}}' "$correct" $((1000 / (slow + 1) + \${bonus:-0})) > "$AVO_RESULT"
`,
  'knowledge-base/steps.md': `# Steps

## Leave out what is slow

\`\`\`yaml
id: unwrap
language: javascript
message: A call that is left out takes no time.
rule:
  pattern: slow($X)
fix: $X
\`\`\`

## A recipe that does not work

\`\`\`yaml
id: break-it
language: javascript
rule:
  pattern: twice($X)
fix: wrong($X)
\`\`\`
`,
}

/** Starts the task's run, or goes on with it, until it ends or has evaluated so many candidates. */
async function play(directory: string, evaluations = Number.POSITIVE_INFINITY) {
  const controller = new AbortController()
  const run = await openRun(await readConfig(directory))
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => {
    events.push(event)
    const count = events.filter(({ type }) => type === 'candidate.evaluated').length
    if (count >= evaluations) controller.abort()
  })
  try {
    const reason = await run.start(controller.signal)
    return { reason, events, state: structuredClone(run.journal.state) }
  } finally {
    run.close()
  }
}

test('a run climbs as far as recipes and numbers lead; stopped after every evaluation, it climbs the same way', async () => {
  const whole = await play(await makeTask(TASK))
  expect(whole.reason.kind).toBe('max-attempts')
  expect(whole.state.versions.map(({ score }) => score.value)).toEqual([333, 500, 1000, 1050])
  const summaries = whole.state.versions.map(({ summary }) => summary)
  for (const summary of summaries.slice(1, 3))
    expect(summary).toContain('Recipe `unwrap` (knowledge-base/steps.md) on main.js at 2:')
  const documents = whole.state.versions.map((version) => version.documents)
  const recipe = ['knowledge-base/steps.md']
  expect(documents).toEqual([undefined, recipe, recipe, undefined])
  expect(summaries[3]).toMatch(/^change 12 to 24\n/)
  expect(whole.state.redirection.interventions.length).toBeGreaterThan(0)

  const directory = await makeTask(TASK)
  let pieces = 1
  let piece = await play(directory, 1)
  for (; piece.reason.kind === 'interrupted' && pieces < 60; pieces++) piece = await play(directory, 1)
  expect(pieces).toBeGreaterThan(5)
  expect(piece.state.versions.map(({ tree, summary }) => [tree, summary])).toEqual(
    whole.state.versions.map(({ tree, summary }) => [tree, summary]),
  )
})
