import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** Every score is the value, 10% up or down. */
const NOISY = {
  ...NUMBER_TASK,
  'scorer/score.sh': `value=$(cat "$AVO_CANDIDATE/value.txt")
noise=$(od -An -N2 -tu2 /dev/urandom)
awk -v v="$value" -v n="$noise" 'BEGIN { x = v * (0.9 + 0.2 * n / 65535); printf "{\\"correct\\": true, \\"scores\\": {\\"a\\": %f}}", x }' > "$AVO_RESULT"
`,
}

async function calibrate(directory: string, ...flags: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'calibrate', directory, ...flags])
  return stdout
}

test('a deterministic scorer is found out, whatever the policy', async () => {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': `${NUMBER_TASK['avo.yaml']}gate: { policy: single }\n`,
  })
  const report = JSON.parse(await calibrate(directory, '--json'))
  expect(report).toMatchObject({ scored: 'seed', isDeterministic: true, rounds: 2, seen: null, advice: null })
  expect(await calibrate(directory)).toContain('seed against a copy of itself: 2 rounds')
  expect(await readdir(directory)).not.toContain('workspace')
})

test('a noisy one gets its noise, what can be seen in it, and advice', async () => {
  const directory = await makeTask(NOISY)
  const report = JSON.parse(await calibrate(directory, '--json'))
  expect(report).toMatchObject({
    isDeterministic: false,
    plan: { kind: 'paired' },
    advice: expect.stringMatching(/too noisy/),
  })
  expect(report.noise.sd).toBeGreaterThan(0.02)
  expect(report.noise.configurations).toMatchObject([{ configuration: 'a' }])
  expect(report.seen).toBeGreaterThan(0.05)
  const gains: readonly number[] = report.detectable.map(({ gain }: { gain: number }) => gain)
  expect(gains.toSorted((a, b) => b - a)).toEqual(gains)

  const text = await calibrate(directory)
  expect(text).toMatch(/^configuration +noise of a round +of five rounds\na +\d+\.\d% +\d+\.\d%\nover all/m)
  expect(text).toMatch(/A verdict takes 3 to 30 rounds, and 5 more to confirm a gain/)
})

test('a seed that can not be scored is said to be at fault', async () => {
  const directory = await makeTask({ ...NUMBER_TASK, 'seed/value.txt': 'rubbish\n' })
  await expect(calibrate(directory)).rejects.toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/seed can.t be scored/),
  })
})
