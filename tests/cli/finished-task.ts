import { readConfig } from '../../src/config/config.ts'
import { openRun } from '../../src/run.ts'
import { type ScriptedReply, scriptedModel } from '../scripted-model.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'

/** A task that was run: v1 is twice the seed, the attempt after it was slower and the last one is no number. */
export async function makeFinishedTask(settings = ''): Promise<string> {
  const directory = await makeTask({ ...NUMBER_TASK, 'avo.yaml': `${NUMBER_TASK['avo.yaml']}${settings}` })
  await play(directory, [
    submission('2\n', 'double it\n\nTwice as much is better.'),
    submission('1.5\n', 'take a little off'),
    submission('rubbish\n', 'write a word'),
  ])
  return directory
}

/** A task that was run once, whose scorer, agent and solution are full of a text. */
export async function makeTaskFullOf(text: string): Promise<string> {
  const result = JSON.stringify({ correct: true, scores: { a: 0 }, feedback: text })
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': 'sed "s/:0/:$(cat "$AVO_CANDIDATE/value.txt")/" result.json > "$AVO_RESULT"\n',
    'scorer/result.json': result,
  })
  const note = ['note', { text }] as const
  const { calls = [] } = submission('2', text)
  await play(directory, [
    { text, calls: [['write_file', { path: 'notes.txt', content: text }], note, ...calls] },
    submission(text, text),
    submission(`${text}${text}`, text),
  ])
  return directory
}

/** Runs a task with a model that plays a script. */
export async function play(directory: string, script: readonly ScriptedReply[]): Promise<void> {
  const run = await openRun(await readConfig(directory), { model: scriptedModel(script) })
  await run.start(new AbortController().signal)
  run.close()
}

/** A reply that puts a text into the solution and submits it. */
export function submission(value: string, summary: string): ScriptedReply {
  return {
    calls: [
      ['write_file', { path: 'value.txt', content: value }],
      ['submit', { summary }],
    ],
    usage: { inputTokens: 1_000, outputTokens: 100 },
    costUsd: 0.25,
  }
}
