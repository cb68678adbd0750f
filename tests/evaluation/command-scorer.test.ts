import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeDirectory, NEVER, openTask, shellScorer } from './evaluation-task.ts'

const GOOD = `echo '{"correct":true,"scores":{"a":2,"b":8}}' > "$AVO_RESULT"`

test('a scorer finds the candidate and itself, and its result is the score', async () => {
  const temporaryDirectory = makeDirectory()
  const task = await openTask(
    shellScorer(
      `value=$(cat "$AVO_CANDIDATE/src/value"); unit=$(cat unit)
       echo "{\\"correct\\":true,\\"scores\\":{\\"$unit\\":$value}}" > "$AVO_RESULT"`,
      { unit: 'ops' },
    ),
    { temporaryDirectory },
  )
  expect(await task.evaluate(makeDirectory({ 'src/value': '7.5' }), NEVER)).toEqual({
    correct: true,
    value: expect.closeTo(7.5, 9),
    scores: [{ configuration: 'ops', value: 7.5 }],
  })
  expect(readdirSync(temporaryDirectory)).toEqual([])
})

describe('a candidate fails, with its reason and the last output', () => {
  test.for([
    [
      'by exit status, though a result lies there',
      `${GOOD}; echo 'ValueError: no such size' >&2; echo 'at line 3' >&2; exit 2`,
      'crash',
      'exit code 2: ValueError: no such size',
    ],
    ['by a signal', `${GOOD}; kill -SEGV $$`, 'crash', 'SIGSEGV'],
    ['by ending without a result', 'echo all fine', 'no-result', 'AVO_RESULT'],
    [
      'by a line on stderr that looks like a result',
      `echo '{"correct":true,"scores":{"a":1}}' >&2`,
      'no-result',
      'AVO_RESULT',
    ],
    ['by garbage', 'echo yes > "$AVO_RESULT"', 'invalid-result', 'JSON'],
    ['by NaN', `echo '{"correct":true,"scores":{"n=10":NaN}}' > "$AVO_RESULT"`, 'invalid-scores', 'n=10'],
    ['by a huge result', 'head -c 2000000 /dev/zero > "$AVO_RESULT"', 'limit', '2000000 bytes'],
    ['by a pipe in place of the result', 'mkfifo "$AVO_RESULT"', 'limit', 'plain file'],
    ['by a directory in place of the result', 'mkdir "$AVO_RESULT"', 'limit', 'plain file'],
    [
      'by a link in place of the result',
      `echo '{"correct":true,"scores":{"a":1}}' > "$TMPDIR/r"; ln -s "$TMPDIR/r" "$AVO_RESULT"`,
      'limit',
      "can't be read",
    ],
  ] as const)('%s', async ([, script, failure, reason]) => {
    const temporaryDirectory = makeDirectory()
    const task = await openTask(shellScorer(`echo said; ${script}`), { temporaryDirectory })
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
      correct: false,
      failure,
      reason: expect.stringContaining(reason),
      output: expect.stringContaining('said'),
    })
    expect(readdirSync(temporaryDirectory)).toEqual([])
  })

  test('by taking too long', async () => {
    const task = await openTask({ ...shellScorer(`${GOOD}; echo waiting; sleep 100`), timeoutSeconds: 0.5 })
    expect(await task.evaluate(makeDirectory(), NEVER)).toEqual({
      correct: false,
      failure: 'timeout',
      reason: 'it took longer than 0.5 s and was ended',
      output: 'waiting',
    })
  })

  test('but not for a scorer’s program that is not there', async () => {
    const task = await openTask({ ...shellScorer(''), command: ['no-such-program-of-avo'] } as never)
    await expect(task.evaluate(makeDirectory(), NEVER)).rejects.toMatchObject({
      code: 'scorer',
      message: expect.stringContaining('no-such-program-of-avo is not installed'),
    })
  })
})

describe('a result on stdout', () => {
  const line = `echo '{"correct":true,"scores":{"a":5}}'`

  test('is taken from a small script, with a warning', async () => {
    const task = await openTask(shellScorer(`echo working; ${line}; echo`))
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
      correct: true,
      value: 5,
      warning: expect.stringContaining('AVO_RESULT'),
    })
  })

  test('is only output once the scorer has written a file', async () => {
    const task = await openTask(
      shellScorer(`if [ -e "$AVO_CANDIDATE/cheats" ]; then ${line}; else ${GOOD}; fi`),
    )
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
      correct: true,
      value: expect.closeTo(4),
    })
    expect(await task.evaluate(makeDirectory({ cheats: '' }), NEVER)).toMatchObject({ failure: 'no-result' })
  })

  test('does not stand in for the clean end that it lacks', async () => {
    const task = await openTask(shellScorer(`${line}; exit 1`))
    expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ failure: 'crash' })
  })
})

test('every evaluation has its own result: one that writes none does not get the last one', async () => {
  const task = await openTask(
    shellScorer(`[ -e "$AVO_CANDIDATE/silent" ] || { ${GOOD}; cp "$AVO_RESULT" .; }`),
  )
  expect((await task.evaluate(makeDirectory(), NEVER)).correct).toBe(true)
  expect(await task.evaluate(makeDirectory({ silent: '' }), NEVER)).toMatchObject({ failure: 'no-result' })
})

test('what is hidden is left out of what the agent asks for, also by a scorer that does not listen', async () => {
  const document = '{"correct":true,"scores":{"a":2},"feedback":"$AVO_HOLDOUT.","holdout":{"scores":{"h":7}}}'
  const task = await openTask(shellScorer(`cat >"$AVO_RESULT" <<END\n${document}\nEND`))
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
    feedback: '.',
    holdout: [{ configuration: 'h', value: 7 }],
  })
  const preview = await task.evaluate(makeDirectory(), NEVER, { isPreview: true })
  expect(preview).toMatchObject({ value: expect.closeTo(2), feedback: 'skip.' })
  expect(preview).not.toHaveProperty('holdout')
})

test('what a candidate left running can’t change the result after the scorer has ended', async () => {
  const task = await openTask(
    shellScorer(`${GOOD}
      (while :; do echo '{"correct":true,"scores":{"a":1000,"b":1000}}' > "$AVO_RESULT.x"; sleep 0.3; mv "$AVO_RESULT.x" "$AVO_RESULT"; done) &`),
  )
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
    correct: true,
    value: expect.closeTo(4),
  })
})

test('the configurations are those of the first correct score, also when a run goes on', async () => {
  const spec = shellScorer('cp "$AVO_CANDIDATE/result" "$AVO_RESULT"')
  const candidate = (scores: string) => makeDirectory({ result: `{"correct":true,"scores":${scores}}` })
  const task = await openTask(spec)
  expect(await task.evaluate(candidate('{"a":0}'), NEVER)).toMatchObject({ correct: false })
  expect(await task.evaluate(candidate('{"a":1,"b":2}'), NEVER)).toMatchObject({ correct: true })
  expect(await task.evaluate(candidate('{"a":99}'), NEVER)).toMatchObject({ failure: 'invalid-scores' })

  const known = { scorer: task.scorer, configurations: ['a', 'b'] }
  const resumed = await openTask(spec, { known })
  expect(await resumed.evaluate(candidate('{"a":99}'), NEVER)).toMatchObject({ failure: 'invalid-scores' })

  const changed = await openTask(spec, { known: { ...known, scorer: 'sha256:other' } })
  expect(await changed.evaluate(candidate('{"a":99}'), NEVER)).toMatchObject({ correct: true })
})

test('an abort ends the evaluation, throws, and leaves nothing', async () => {
  const temporaryDirectory = makeDirectory()
  const task = await openTask(shellScorer('sleep 100'), { temporaryDirectory })
  const controller = new AbortController()
  const score = task.evaluate(makeDirectory(), controller.signal)
  setTimeout(() => controller.abort(new Error('enough')), 100)
  await expect(score).rejects.toThrow('enough')
  expect(readdirSync(temporaryDirectory)).toEqual([])
})

test('a candidate that can’t be removed does not spoil its score', async () => {
  const temporaryDirectory = makeDirectory()
  const lock = 'cd "$AVO_CANDIDATE" && mkdir locked && touch locked/x && chmod 000 locked'
  const task = await openTask(shellScorer(`(${lock}); ${GOOD}`), { temporaryDirectory })
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ correct: true })
  for (const name of readdirSync(temporaryDirectory))
    chmodSync(join(temporaryDirectory, name, 'candidate/locked'), 0o700)
})

test('the scorer’s variables reach it', async () => {
  const task = await openTask({
    ...shellScorer(`echo "{\\"correct\\":true,\\"scores\\":{\\"a\\":$SIZE}}" > "$AVO_RESULT"`),
    env: { SIZE: '12' },
  })
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ value: expect.closeTo(12) })
})
