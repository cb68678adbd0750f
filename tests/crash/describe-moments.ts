import { describe, expect, test } from 'vitest'
import { expectUndisturbed, makeCrashTask, runSession } from './crash-task.ts'
import type { Crash } from './deadly.ts'

type Moment = readonly [name: string, matching: string, how: Crash['how'], nth?: number]

/** An event as the journal's line begins. */
const event = (type: string, rest = ''): string => `"type":"${type}"${rest}`

const MOMENTS: readonly Moment[] = [
  ['before anything is recorded', event('run.started'), 'before'],
  ['at the start', event('run.started'), 'after'],
  ['when the seed is planted and scored', event('candidate.evaluated'), 'after'],
  ['in the middle of the first commit', 'update-ref --stdin', 'after'],
  ['between the first commit and its event', event('version.committed'), 'before'],

  ['when an attempt has begun', event('attempt.started'), 'after'],
  ['when a reply has come and is not kept', '\\{"role":"assistant"', 'before', 2],
  ['while a reply is kept', '\\{"role":"assistant"', 'torn', 2],
  ['when a reply is kept and not counted', '\\{"role":"assistant"', 'after', 2],
  ['when a reply is counted and nothing done', event('model.replied', ',"attempt":1,"turn":2'), 'after', 2],

  ['when a shell command is about to run', event('tool.called', ',"attempt":1,"turn":1'), 'after'],
  ['while a shell command runs', 'cat value.txt; seq', 'after', 3],
  ['when an edit is about to be made', event('tool.called', ',"attempt":2,"turn":2'), 'after'],
  ['mid-edit, before the new text is there', '^writeFile .*swp', 'before', 2],
  ['mid-edit, with the new text beside the old', '^rename .*swp', 'before', 2],
  ['mid-edit, with the new text in its place', '^rename .*swp', 'after', 2],
  ['when a note is taken', event('note.taken'), 'after'],
  ['mid-evaluation', 'score.sh', 'after', 4],
  ['when an evaluation is recorded', '"by":"agent"', 'after'],
  ['when a result is not kept', '"type":"tool_result","id":"call-102-1"', 'before'],
  ['when a result is kept', '"type":"tool_result","id":"call-102-1"', 'after'],
  ['while the index of the knowledge base is written', 'index/passages', 'after', 2],
  ['while a result is torn', '"type":"tool_result","id":"call-102-1"', 'torn'],

  ['before what is submitted is kept', 'refs/avo/attempts/1', 'before'],
  ['while what is submitted is kept', 'refs/avo/attempts/1', 'after'],
  ['between keeping and submission', event('solution.submitted'), 'before'],
  ['between submission and gate', event('solution.submitted'), 'after'],
  ['when the gate has opened', event('gate.opened'), 'after'],
  ['when the gate has measured', event('gate.sampled'), 'after'],
  ['when the verdict is not recorded', event('gate.decided'), 'before'],
  ['while the verdict is recorded', event('gate.decided'), 'torn'],
  ['between gate and commit', event('gate.decided'), 'after'],
  ['mid-commit, before the refs change', 'update-ref --stdin', 'before', 2],
  ['mid-commit, while git changes the refs', 'update-ref --stdin', 'after', 2],
  ['mid-commit, while git writes its index', 'read-tree --reset refs/heads/main', 'after', 3],
  ['between commit and event', event('version.committed'), 'before', 2],
  ['when a version is recorded', event('version.committed'), 'after', 2],
  ['before a rejection is recorded', event('candidate.rejected'), 'before'],
  ['when a rejection is recorded', event('candidate.rejected'), 'after'],

  ['before a lesson is recorded', event('lesson.learnt'), 'before', 2],
  ['when a lesson is recorded and not written down', event('lesson.learnt'), 'after', 2],
  ['between a page of insights and its event', event('insights.drawn'), 'before'],

  ['when the last silent reply is answered', event('attempt.abandoned', ',"attempt":4'), 'before'],
  ['when the supervisor has spoken', event('supervisor.intervened'), 'after'],
  ['when a direction is chosen', event('direction.chosen'), 'after'],
  ['when the model has refused', event('attempt.abandoned', ',"attempt":5'), 'before'],
  ['mid-compaction, with the new conversation beside the old', 'renameSync.*conversation', 'before'],
  ['mid-compaction, with the new conversation in its place', event('conversation.compacted'), 'before'],
  ['before the end is recorded', event('run.ended'), 'before'],

  ['by a power cut when a reply is counted', event('model.replied', ',"attempt":2,"turn":3'), 'power', 2],
  ['by a power cut after an evaluation', '"by":"agent"', 'power', 2],
  ['by a power cut between gate and commit', 'commit-tree', 'power', 4],
  ['by a power cut between commit and event', event('version.committed'), 'power', 3],
]

/** One of two halves of the moments, so that two processes share them. */
export function describeMoments(half: 0 | 1): void {
  describe('a run that is killed ends as if it had not been', () => {
    test.for(MOMENTS.filter((_moment, index) => index % 2 === half))(
      '%s',
      async ([_name, matching, how, nth = 1]) => {
        const directory = await makeCrashTask()
        expect((await runSession(directory, { matching, how, nth })).signal).toBe('SIGKILL')
        await expectUndisturbed(directory)
      },
    )
  })
}
