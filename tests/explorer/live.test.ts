import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { resumeRun } from '../../src/commands/pause-run.ts'
import { readConfig } from '../../src/config/config.ts'
import type { ModelClient } from '../../src/model/model.ts'
import { openRun } from '../../src/run.ts'
import { startAvo } from '../cli/avo.ts'
import { scriptedModel } from '../scripted-model.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { useBrowser } from './browser.ts'
import { explore } from './explore.ts'

const openPage = useBrowser()

/** A model whose agent goes on only when it is let, one attempt at a time, and hears what the person says. */
function createPlayer(): { readonly model: ModelClient; readonly heard: readonly string[]; release(): void } {
  const heard: string[] = []
  const waiting: (() => void)[] = []
  let released = 0
  const played = scriptedModel((_request, call) => ({
    text: `I try ${call}`,
    calls: [
      ['write_file', { path: 'value.txt', content: `${call + 1}\n` }],
      ['submit', { summary: `make it ${call + 1}` }],
    ],
    usage: { inputTokens: 1_000, outputTokens: 100 },
    costUsd: 0.25,
  }))
  return {
    heard,
    release() {
      released += 1
      waiting.shift()?.()
    },
    model: {
      ...played,
      async respond(request, signal) {
        heard.push(JSON.stringify(request.messages.at(-1)))
        if (released > 0) released -= 1
        else
          await new Promise<void>((resolve, reject) => {
            waiting.push(() => {
              released -= 1
              resolve()
            })
            signal.addEventListener('abort', () => reject(signal.reason))
          })
        return played.respond(request, signal)
      },
    },
  }
}

const TASK: Readonly<Record<string, string>> = {
  ...NUMBER_TASK,
  'avo.yaml': `${NUMBER_TASK['avo.yaml']}sandbox: process\nlessons: { enabled: false }\n`,
}

/** Runs a task in this process for the length of a test. */
async function startRun(directory: string, model: ModelClient): Promise<void> {
  const run = await openRun(await readConfig(directory), { model })
  const controller = new AbortController()
  const ended = run.start(controller.signal).catch(() => undefined)
  onTestFinished(async () => {
    controller.abort()
    await ended
    run.close()
  })
}

const countOf = (page: Page, outcome: string) => page.locator('.chip', { hasText: outcome }).locator('.count')

test('the page follows a run that begins after it was opened: attempts, curve and figures grow', async () => {
  const directory = await makeTask(TASK)
  const { page, complaints } = await openPage(await explore(directory))
  await page.getByText('This run has not started yet').waitFor()

  const player = createPlayer()
  await startRun(directory, player.model)
  await page.getByText('attempt 1, turn 1').waitFor()
  await page.getByRole('link', { name: 'Attempt 1' }).waitFor()
  player.release()
  await page.getByRole('cell', { name: /v1 make it 2/ }).waitFor()
  const chart = page.getByRole('img', { name: /Score of/ })
  expect(await chart.getAttribute('aria-label')).toMatch(/^Score of [12] attempts/)
  player.release()
  await page.getByRole('cell', { name: /v2 make it 3/ }).waitFor()
  await countOf(page, 'accepted').getByText('2', { exact: true }).waitFor()
  await page.locator('.key-figures', { hasText: '$0.50' }).waitFor()
  expect(await chart.getAttribute('aria-label')).toMatch(/^Score of [23] attempts/)

  await page.reload()
  await page.getByRole('cell', { name: /v2 make it 3/ }).waitFor()
  player.release()
  await page.getByText('ended: 3 attempts were made').waitFor()
  expect(complaints).toEqual([])
})

test('what is said in the steering box reaches the agent; a pause holds it, and ends', async () => {
  const directory = await makeTask(TASK)
  const player = createPlayer()
  await startRun(directory, player.model)
  const { page, complaints } = await openPage(await explore(directory))
  await page.getByText('attempt 1, turn 1').waitFor()
  await page.getByRole('button', { name: 'Steer…' }).click()
  await page.getByLabel('What the agent should know').fill('only odd numbers, <b>please</b>')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Sent.').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: /Pausing/ }).waitFor()
  player.release()
  await page.getByText('paused; resume lets it go on').waitFor()
  expect(player.heard).toHaveLength(1)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('attempt 2, turn 1').waitFor()
  await expect.poll(() => player.heard.length).toBe(2)
  expect(player.heard[1]).toContain('only odd numbers, <b>please</b>')

  // The next pause is ended by somebody else.
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: /Pausing/ }).waitFor()
  player.release()
  await page.getByText('paused; resume lets it go on').waitFor()
  await resumeRun(await readConfig(directory))
  await page.getByText('attempt 3, turn 1').waitFor()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Steer…' }).click()
  await page.locator('.said').getByText('only odd numbers, <b>please</b>').waitFor()
  expect(complaints).toEqual([])
})

test('avo explore follows a run of another process, and stops it, as often as it is started', async () => {
  const directory = await makeTask({
    ...TASK,
    'avo.yaml': TASK['avo.yaml']?.replace('max_attempts: 3', 'max_attempts: 1000') ?? '',
    'scorer/score.sh': `sleep 0.2\n${TASK['scorer/score.sh']}`,
  })
  const explorer = startAvo(['explore', directory, '--json', '--no-open'], {
    onLine: (line) => opened.resolve(JSON.parse(line).url),
  })
  const opened = Promise.withResolvers<string>()
  const { page, complaints } = await openPage(await opened.promise)
  const run = startAvo(['run', '--quiet', directory])
  await page.getByRole('link', { name: 'Attempt 1', exact: true }).waitFor()
  page.on('dialog', (dialog) => void dialog.accept())
  await page.getByRole('button', { name: 'Stop…' }).click()
  await page.getByText('ended: it was stopped').waitFor()
  expect((await run.ended).exitCode).toBe(130)
  // It is there for as long as the process is: what ended may still be closing.
  await page.getByRole('button', { name: 'Stop…' }).waitFor({ state: 'detached' })
  const next = startAvo(['run', '--quiet', directory])
  await page.getByRole('button', { name: 'Stop…' }).click()
  await page.getByText('ended: it was stopped').waitFor()
  expect((await next.ended).exitCode).toBe(130)
  explorer.child.kill('SIGINT')
  expect(await explorer.ended).toMatchObject({ exitCode: 0, stderr: '' })
  await page.getByText('The connection to avo explore is lost').waitFor()
  expect(readFileSync(join(directory, '.avo/events.jsonl'), 'utf8')).toContain('"interrupted"')
  expect(complaints.filter((text) => !text.includes('ERR_'))).toEqual([])
})

test('a run whose seed can’t be scored says so where its attempts would be', async () => {
  const directory = await makeTask({ ...TASK, 'seed/value.txt': 'no number\n' })
  const run = await openRun(await readConfig(directory), { model: createPlayer().model })
  await run.start(new AbortController().signal).catch(() => undefined)
  run.close()
  const { page, complaints } = await openPage(await explore(directory))
  await page.getByText('This run ended before its first attempt.').waitFor()
  await page.locator('.empty').getByText("the seed can't be scored").waitFor()
  expect(complaints).toEqual([])
})

test('records that can’t be read are said, and what was read before stays', async () => {
  const directory = await makeTask(TASK)
  const journal = join(directory, '.avo/events.jsonl')
  mkdirSync(join(directory, '.avo'))
  const started = {
    type: 'run.started',
    project: 'p',
    provider: 'x',
    model: 'm',
    scorer: 's',
    sandbox: 'process',
    resumed: false,
  }
  const attempt = { type: 'attempt.started', attempt: 1 }
  const at = new Date().toISOString()
  writeFileSync(journal, [started, attempt].map((event) => `${JSON.stringify({ at, ...event })}\n`).join(''))
  const { page, complaints } = await openPage(await explore(directory))
  await page.getByText('cut off in the middle; avo run goes on with it').waitFor()
  appendFileSync(journal, '<b>rubbish</b>\n')
  await page.getByText(/Its records can't be read: .*events\.jsonl/).waitFor()
  expect(await page.getByRole('link', { name: 'Attempt 1' }).count()).toBe(1)
  expect(complaints).toEqual([])
})
