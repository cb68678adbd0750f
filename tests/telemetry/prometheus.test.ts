import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/events.ts'
import { foldEvent } from '../../src/state/run-fold.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { renderMetrics } from '../../src/telemetry/prometheus.ts'
import type { ObservedRun } from '../../src/telemetry/run-metrics.ts'
import { version } from '../storage/versions.ts'

const AT = '2026-01-02T03:04:05.000Z'
/** Closes a label, a line and a block, and begins another series. */
const HOSTILE = 'x"} 1\navo_best_score{a="\\'

function play(project: string, events: readonly RecordedEvent[], isRunning = false): ObservedRun {
  const state = createRunFold()
  for (const event of events) foldEvent(state, event)
  return { project, state, isRunning }
}

const STARTED: RecordedEvent = {
  at: AT,
  type: 'run.started',
  project: 'number',
  provider: 'custom',
  model: 'custom/played',
  scorer: 'sha256:abc',
  sandbox: 'process',
  resumed: false,
}

const PLAYED: readonly RecordedEvent[] = [
  STARTED,
  { at: AT, type: 'version.committed', version: version(0, { gain: 0 }) },
  { at: AT, type: 'attempt.started', attempt: 1 },
  { at: AT, type: 'version.committed', version: version(1) },
  { at: AT, type: 'attempt.started', attempt: 2 },
  { at: AT, type: 'candidate.rejected', attempt: 2, reason: HOSTILE },
]

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The text format 0.0.4 to the letter: whatever is not in its grammar is thrown. */
function parse(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const types = new Map<string, string>()
  const seen = new Set<string>()
  return text
    .slice(0, -1)
    .split('\n')
    .flatMap((line): readonly Sample[] => {
      const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line)
      if (type !== null) {
        if (types.has(type[1] ?? '')) throw new Error(`${type[1]} has two types`)
        types.set(type[1] ?? '', type[2] ?? '')
        return []
      }
      if (/^# (HELP|UNIT) [a-zA-Z_:][a-zA-Z0-9_:]* (?:[^\\]|\\\\|\\n)+$/.test(line)) return []
      const sample =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*",?)*)\} (-?[\d.]+(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(
          line,
        )
      if (sample === null) throw new Error(`no line of the format: ${line}`)
      const [, name = '', labels = '', value] = sample
      if (!types.has(name)) throw new Error(`${name} has no type`)
      if (types.get(name) === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter`)
      if (seen.has(`${name}{${labels}}`)) throw new Error(`${line} is there twice`)
      seen.add(`${name}{${labels}}`)
      return [{ name, labels: parseLabels(labels), value: Number(value) }]
    })
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const read = (value: string): string =>
    value.replace(/\\(.)/g, (_whole, character: string) => (character === 'n' ? '\n' : character))
  return Object.fromEntries(
    [...text.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
      name,
      read(value),
    ]),
  )
}

test('the state of a run is in the format that Prometheus reads', async () => {
  const samples = parse(await renderMetrics([play('number', PLAYED, true)]))
  const labels = { avo_project: 'number', avo_run_id: `number@${AT}` }
  expect(samples).toContainEqual({ name: 'avo_running', labels, value: 1 })
  expect(samples).toContainEqual({ name: 'avo_best_score', labels, value: version(1).score.value })
  expect(samples).toContainEqual({ name: 'avo_versions_total', labels, value: 1 })
  for (const [outcome, value] of [
    ['accepted', 1],
    ['rejected', 1],
    ['abandoned', 0],
  ] as const)
    expect(samples).toContainEqual({
      name: 'avo_attempts_total',
      labels: { ...labels, avo_outcome: outcome },
      value,
    })
})

test('several runs are told apart, and no name breaks out of its label', async () => {
  const samples = parse(await renderMetrics([play('one', PLAYED), play(HOSTILE, PLAYED)]))
  const best = samples.filter(({ name }) => name === 'avo_best_score')
  expect(best.map(({ labels }) => labels['avo_project'])).toEqual(['one', HOSTILE])
})

test('a copy of a run is no second series, and one that was never started has no score', async () => {
  const samples = parse(await renderMetrics([play('one', PLAYED), play('one', PLAYED), play('new', [])]))
  const scores = samples.filter(({ name }) => name === 'avo_best_score')
  expect(scores.map(({ labels }) => labels['avo_project'])).toEqual(['one'])
  expect(samples).toContainEqual({
    name: 'avo_attempts_total',
    labels: { avo_project: 'new', avo_outcome: 'rejected' },
    value: 0,
  })
})

test('no runs are no metrics', async () => {
  expect(
    (await renderMetrics([])).split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  ).toEqual([])
})
