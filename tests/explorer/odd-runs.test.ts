import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { RecordedEvent } from '../../src/events.ts'
import { writeReportPage } from '../../src/explorer/report-page.ts'
import type { CorrectScore } from '../../src/score.ts'
import { useBrowser } from './browser.ts'
import { writeDemoRun } from './demo-run.ts'
import { explore } from './explore.ts'

const ATTEMPTS = 12
const openPage = useBrowser()

/** Demonstrations in folders of these names, which are gone after the test. */
async function makeRuns(...names: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-odd-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const tasks = names.map((name) => join(directory, name))
  const startMs = Date.parse('2026-03-02T20:00:00Z')
  await Promise.all(
    tasks.map((task, index) => writeDemoRun(task, { attempts: ATTEMPTS, seed: index + 3, startMs })),
  )
  return tasks
}

/** Makes something else of a run's events. */
function rewrite(task: string, change: (event: RecordedEvent) => readonly RecordedEvent[]): void {
  const file = join(task, '.avo/events.jsonl')
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => change(JSON.parse(line)))
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
}

function versionsOf(task: string): Extract<RecordedEvent, { type: 'version.committed' }>[] {
  const found: Extract<RecordedEvent, { type: 'version.committed' }>[] = []
  rewrite(task, (event) => {
    if (event.type === 'version.committed') found.push(event)
    return [event]
  })
  return found
}

test('after another scorer has taken over, the chart says what can be compared', async () => {
  const [task = ''] = await makeRuns('one')
  const [seed, best] = [versionsOf(task)[0], versionsOf(task).at(-1)].map((event) => event?.version)
  if (seed === undefined || best === undefined) throw new Error('there is no version')
  const measured = ({ scores, value }: CorrectScore): CorrectScore => ({
    correct: true,
    value: value * 1_000,
    // Another one names them in another order.
    scores: scores.map((score) => ({ ...score, value: score.value * 1_000 })).toReversed(),
  })
  const scorer = 'sha256:another'
  const started = {
    type: 'run.started',
    project: 'matmul',
    provider: 'x',
    model: 'm',
    sandbox: 'process',
  } as const
  const number = ATTEMPTS + 1
  rewrite(task, (event) => {
    if (event.type !== 'run.ended') return [event]
    const { at } = event
    return [
      event,
      { at, ...started, scorer, resumed: true },
      { at, type: 'version.remeasured', number: best.number, score: measured(best.score), scorer },
      { at, type: 'version.remeasured', number: 0, score: measured(seed.score), scorer },
      { at, type: 'attempt.started', attempt: number },
      {
        at,
        type: 'version.committed',
        version: {
          ...best,
          number: best.number + 1,
          attempt: number,
          scorer,
          score: measured(measured(best.score)),
        },
      },
    ]
  })
  const { page, complaints } = await openPage(`${await explore(task)}#/1/attempts`)
  await page.getByText(`Attempts up to ${ATTEMPTS} were measured by another scorer`).waitFor()
  const chart = page.getByRole('img', { name: /^Score of/ })
  expect(await chart.getAttribute('aria-label')).toContain('measured by another scorer')
  await page.getByRole('link', { name: 'Configurations', exact: true }).click()
  await page.getByText(`Attempts up to ${ATTEMPTS} were measured by another scorer`).waitFor()
  const small = page.getByRole('region', { name: 'n = 128', exact: true })
  const wanted = best.score.scores.find(({ configuration }) => configuration === 'n = 128')?.value ?? 0
  const text = (await small.locator('p').textContent()) ?? ''
  expect(Number(text.split(' ')[0]?.replaceAll(',', '')) / (1_000_000 * wanted)).toBeCloseTo(1, 3)
  expect(complaints).toEqual([])
})

test('two tasks with repeats have a colour each, with a legend; a run of unknown cost is no part of costs', async () => {
  const tasks = await makeRuns('night-1/fast', 'night-2/fast', 'night-1/small', 'night-2/small')
  for (const task of tasks.slice(2)) {
    const file = join(task, 'avo.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('project_name: matmul', 'project_name: other'))
  }
  rewrite(tasks[0] ?? '', (event) => [event.type === 'model.replied' ? { ...event, costUsd: null } : event])
  const { page, complaints } = await openPage(`${await explore(...tasks)}#/1/compare`)
  const legend = page.getByRole('list', { name: 'Medians' })
  await legend.waitFor()
  expect(await legend.getByRole('listitem').allTextContents()).toEqual([
    expect.stringContaining('matmul median of 2'),
    expect.stringContaining('other median of 2'),
  ])
  const colours = await legend
    .locator('line')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke')))
  expect(new Set(colours).size).toBe(2)
  for (const name of ['matmul (night-1/fast)', 'matmul (night-2/fast)', 'other (night-2/small)'])
    await page.getByRole('link', { name, exact: true }).waitFor()
  await page.getByRole('cell', { name: /^\$\d+\.\d\d and \d+ calls of unknown price$/ }).waitFor()

  await page.locator('.compare select').first().selectOption('cost')
  await page
    .getByText('Left out, as calls of unknown price are part of their cost: matmul (night-1/fast).')
    .waitFor()
  await page.getByRole('img', { name: 'Best so far of 3 runs over cost in US dollars' }).waitFor()

  for (const [view, text] of [
    [`attempts/${ATTEMPTS}`, /and \d+ calls? of unknown price/],
    ['failures', /they cost \$[\d.]+ and \d+ calls of unknown price\./],
    ['budget', /and calls of unknown price/],
  ] as const) {
    await page.goto(`${page.url().replace(/#.*/, '')}#/1/${view}`)
    await page.getByRole('main').getByText(text).first().waitFor()
  }
  expect(complaints).toEqual([])
})

test('a file has the diff of a version with the one before and with the one it was made from', async () => {
  const [task = ''] = await makeRuns('one')
  const last = versionsOf(task).at(-1)?.version.number ?? 0
  expect(last).toBeGreaterThan(2)
  rewrite(task, (event) => [
    event.type === 'version.committed' && event.version.number === last
      ? { ...event, version: { ...event.version, base: last - 2 } }
      : event,
  ])
  const file = join(task, 'report.html')
  await writeReportPage([await readConfig(task)], file)
  const { page, complaints } = await openPage(`${pathToFileURL(file).href}#/1/diff/v${last - 2}/v${last}`)
  await page.locator('.file').first().waitFor()
  await page.goto(`${pathToFileURL(file).href}#/1/diff/v${last - 1}/v${last}`)
  await page.locator('.file').first().waitFor()
  await page.goto(`${pathToFileURL(file).href}#/1/diff/v${last - 1}/v0`)
  await page.getByText('with the one before and with the one that it was made from').waitFor()

  // An attempt that became no version has no link that would lead nowhere.
  const versions = versionsOf(task).map(({ version }) => version.attempt)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await page.goto(`${pathToFileURL(file).href}#/1/attempts/${attempt}`)
    await page.getByRole('complementary', { name: `Attempt ${attempt}`, exact: true }).waitFor()
    expect(await page.locator('.diff-link').count()).toBe(versions.includes(attempt) ? 1 : 0)
  }
  expect(complaints).toEqual([])
})
