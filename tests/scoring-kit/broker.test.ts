import { rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Isolation, startBroker } from './broker.ts'
import { DOUBLING, LARGE, SMALL } from './doubling.ts'
import { type Files, makeDirectory, runScorer } from './run-scorer.ts'

const LANGUAGES = ['javascript', 'python'] as const
const HONEST: Files = {
  'double.mjs': 'export const double = (values) => values.map((value) => 2 * value)',
  'double.py': `from array import array\ndef double(values): return array("d", (2 * value for value in values))`,
}

async function score(
  scorer: string,
  candidate: Files,
  isolation: Isolation,
  { replyAfterMs = 0, env = {} }: { replyAfterMs?: number; env?: Readonly<Record<string, string>> } = {},
) {
  const directory = makeDirectory(candidate)
  const broker = startBroker(directory, isolation, replyAfterMs)
  onTestFinished(() => {
    broker.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const run = await runScorer(scorer, {}, { AVO_BROKER: broker.directory, ...env })
  return { ...run, requests: broker.requests }
}

describe.each(LANGUAGES)('a scorer in %s with a harness that starts its candidates', (language) => {
  test.each([SMALL, LARGE])(
    'has them started, and stopped, in sessions of their own (%i numbers)',
    async (size) => {
      const scorer = DOUBLING[language](
        size,
        language === 'python' ? 'holdout={"h": 5},' : 'holdout: { h: 5 },',
      )
      const { result, requests, stderr } = await score(scorer, HONEST, 'none')
      expect(stderr).toBe('')
      expect(result).toMatchObject({ correct: true, holdout: { correct: true } })
      const started = requests.flatMap((request) => ('start' in request ? [request.start] : []))
      const stopped = requests.flatMap((request) => ('stop' in request ? [request.stop] : []))
      // The candidate, the echo, the holdout: no name tells which.
      expect(new Set(started).size).toBe(3)
      expect(stopped).toEqual(started)
      expect(started.join()).not.toMatch(/echo|hold/)
    },
  )

  test('is not confused by a candidate that is ready before it is said to be started', async () => {
    const { result } = await score(DOUBLING[language](SMALL), HONEST, 'none', { replyAfterMs: 400 })
    expect(result).toMatchObject({ correct: true })
  })

  test('asks for what the task limits', async () => {
    const option = language === 'python' ? 'memory_bytes=10**9,' : 'memoryBytes: 1e9,'
    const { requests } = await score(DOUBLING[language](SMALL, option), HONEST, 'none')
    expect(requests[0]).toMatchObject({
      argv: expect.arrayContaining([expect.stringMatching(/^\$KIT\//)]),
      memoryBytes: 1e9,
    })
  })

  test('ends with status 75 and without a result where no sandbox can be started', async () => {
    const run = await score(DOUBLING[language](SMALL), HONEST, 'broken')
    expect(run).toMatchObject({
      exitCode: 75,
      result: null,
      stderr: expect.stringContaining('no user namespaces'),
    })
  })

  test('says how a candidate ended, and what it printed', async () => {
    const { result } = await score(
      DOUBLING[language](SMALL),
      {
        'double.mjs': `export const double = () => { console.error('too hot'); process.exit(3) }`,
        'double.py': `import os, sys\ndef double(values):\n    print("too hot", flush=True)\n    os._exit(3)`,
      },
      'none',
    )
    expect(result?.feedback).toMatch(
      /^(some|more): its process ended with exit code 3 before it answered\nit printed:\ntoo hot/,
    )
  })
})
