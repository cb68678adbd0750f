import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { ScorerSpec } from '../../src/evaluation/scorer-spec.ts'
import { type Backend, describeBackends } from '../sandbox/backends.ts'
import { makeDirectory, NEVER, openTask } from './evaluation-task.ts'

type Files = Readonly<Record<string, string>>

/** The number that the candidate prints is the score: when it was built, as a rule. */
function scorerOf(build: readonly string[], rest = ''): ScorerSpec {
  const task = `{
    candidate: { build: ${JSON.stringify(build)}, command: ['sh', './program'] },
    configurations: { a: 1 }, holdout: { b: 1 }, input: () => '', samples: 1, startTimeoutSeconds: 20,
    check: (_, input, text) => Number(text) > 0 || text, value: (_, input, text) => Number(text), ${rest}
  }`
  return {
    kind: 'command',
    command: ['node', 'score.mjs'],
    directory: makeDirectory({
      'score.mjs': `import { scoreCandidate } from 'avo/scoring'\nawait scoreCandidate(${task})`,
    }),
    exclude: [],
    env: {},
    timeoutSeconds: 60,
  }
}

const BUILD = ['sh', 'build.sh']
/** A program that prints when it was built. */
const STAMP = 'echo "echo $(date +%s%N | tail -c 13)" > program\n'

await describeBackends('candidates that are built', ['bubblewrap', 'process'], describeBuilds)

function describeBuilds({ name, sandbox, directory }: Backend): void {
  const isIsolated = name !== 'process'

  async function open(build: readonly string[] = BUILD, rest = '') {
    const temporaryDirectory = `${directory}/evaluations`
    const task = await openTask(scorerOf(build, rest), { sandbox, temporaryDirectory })
    return async (files: Files) => {
      const score = await task.evaluate(makeDirectory(files), NEVER)
      return score.correct ? score.value : `${score.reason}\n${score.feedback ?? ''}`
    }
  }

  test('are built once for the same files, in all processes of all evaluations', async () => {
    const score = await open()
    const files = { 'build.sh': STAMP }
    const stamp = await score(files)
    expect(stamp).toEqual(expect.any(Number))
    expect(await score(files)).toBe(stamp)
    expect(await score({ ...files, 'other.c': '' })).not.toBe(stamp)
    expect(await score(files)).toBe(stamp)
  })

  test('are built again by another command', async () => {
    const files = { 'build.sh': STAMP }
    expect(await (await open(['sh', 'build.sh', '-O3']))(files)).not.toBe(await (await open())(files))
  })

  test('can change what they run for nobody else', async () => {
    const score = await open()
    const spoil = `cat > program <<'END'\necho 7\nfor file in program ../*/program ../../*/*/program ../../../builds/*/*/program; do echo 'echo 666' > $file; done 2>/dev/null; exit 0\nEND\n`
    const files = { 'build.sh': spoil }
    expect(await score(files)).toBe(7)
    expect(await score(files)).toBe(7)
    expect(await score({ 'build.sh': 'echo "echo 8" > program' })).toBe(8)
  })

  test('leave nothing behind but their own directory', { skip: !isIsolated }, async () => {
    const score = await open()
    const leak =
      'for place in .. ../.. /tmp /dev/shm $HOME; do echo 666 > $place/leaked-by-avo-test; done 2>/dev/null\n'
    const look = `echo "cat ../leaked* ../../leaked* /tmp/leaked* /dev/shm/leaked* \\$HOME/leaked* 2>/dev/null || echo 5" > program`
    expect(await score({ 'build.sh': leak + look })).toBe(5)
    expect(await score({ 'build.sh': look })).toBe(5)
  })

  test('have no daemon of their build’s beside them', async () => {
    const score = await open()
    const daemon = `echo 'echo 3' > program\n(setsid sh -c 'for i in $(seq 200); do sleep 0.05; echo "echo 666" > program; done' >/dev/null 2>&1 &)\n`
    const files = { 'build.sh': daemon }
    if (isIsolated) {
      expect(await score(files)).toBe(3)
      expect(await score(files)).toBe(3)
      expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('seq 200')
    } else expect([3, expect.any(Number)]).toContainEqual(await score(files))
  })

  test.each([
    ['a pipe', 'mkfifo program', /can't be kept: it made something that is no file: program/],
    ['too many files', 'mkdir d; cd d; seq 20001 | xargs touch', /made more than 20000 files/],
    ['a file without end', 'truncate -s 5G program', /made more than 1.1 GB|limit on file-size/],
  ])('are refused where a build leaves %s', async (_, build, words) => {
    expect(await (await open())({ 'build.sh': build })).toMatch(words)
  })

  test('get the compiler’s words where they can’t be built, the first errors first', async () => {
    const noise =
      'seq -f "a remark %.0f" 2000; echo "$PWD/main.c:3: error: too bad"; seq -f "a consequence %.0f" 500; exit 2\n'
    const words = await (await open())({ 'build.sh': noise })
    expect(words).toMatch(
      /it can't be built: sh build\.sh ended with exit code 2\na remark 1999\na remark 2000\nmain\.c:3: error: too bad\na consequence 1\n/,
    )
    expect(String(words).length).toBeLessThan(4_000)
  })

  test('are given up when the build takes too long', async () => {
    const score = await open(BUILD, 'startTimeoutSeconds: 1')
    expect(await score({ 'build.sh': 'sleep 100' })).toMatch(/sh build\.sh ran into its limit on time/)
  })

  test('are not blamed for a compiler that is missing', async () => {
    const files = { 'build.sh': STAMP }
    await expect((await open(['compiler-that-avo-has-not', '-O2']))(files)).rejects.toMatchObject({
      code: 'scorer',
      message: expect.stringContaining('compiler-that-avo-has-not is not installed'),
      hint: expect.stringMatching(/(apt-get|brew) install compiler-that-avo-has-not/),
    })
    const needy = await open(BUILD, "needs: ['sh', ['not-there-either', 'nor-this']]")
    await expect(needy(files)).rejects.toMatchObject({
      message: /^not-there-either or nor-this is not installed/,
    })
  })
}
