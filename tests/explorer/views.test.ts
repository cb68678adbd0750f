import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { type Explorer, openExplorer } from '../../src/explorer/explorer.ts'
import { writeReportPage } from '../../src/explorer/report-page.ts'
import { useBrowser } from './browser.ts'
import { writeDemoRun } from './demo-run.ts'

const ATTEMPTS = 30
const openPage = useBrowser()
let directory = ''
let served: Explorer | null = null
/** The same as files: all that is known, and without transcripts. */
let [whole, short] = ['', '']

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'avo-views-'))
  const tasks = ['one', 'two', 'three'].map((name) => join(directory, name))
  const startMs = Date.parse('2026-03-02T20:00:00Z')
  await Promise.all(
    tasks.map((task, index) => writeDemoRun(task, { attempts: ATTEMPTS, seed: index + 3, startMs })),
  )
  const configs = await Promise.all(tasks.map((task) => readConfig(task)))
  served = await openExplorer(configs, 0)
  const files = { whole: join(directory, 'whole.html'), short: join(directory, 'short.html') }
  await writeReportPage(configs, files.whole, { transcripts: true })
  await writeReportPage(configs.slice(0, 1), files.short)
  whole = pathToFileURL(files.whole).href
  short = pathToFileURL(files.short).href
})
afterAll(async () => {
  await served?.close()
  await rm(directory, { recursive: true, force: true })
})

const addressOf = (where: 'served' | 'file'): string => (where === 'served' ? (served?.url ?? '') : whole)
const rowsOf = (page: Page) => page.locator('.list tbody tr:has(a)')

describe.each(['served', 'file'] as const)('a recorded run, %s', (where) => {
  test('opens an attempt with its transcript, and what it changed', async () => {
    const { page, complaints } = await openPage(`${addressOf(where)}#/1/attempts`)
    await page.getByRole('link', { name: `Attempt ${ATTEMPTS}` }).click()
    const pane = page.getByRole('complementary', { name: `Attempt ${ATTEMPTS}` })
    await pane.getByRole('heading', { name: /^Transcript \(\d+ turns\)$/ }).waitFor()
    await pane.locator('.call', { hasText: 'search_knowledge' }).first().click()
    await pane.locator('pre', { hasText: 'blocking for caches' }).waitFor()
    expect(await pane.getByText(/% cached/).count()).toBeGreaterThan(1)

    // What is no longer there is said.
    await page.goto(`${addressOf(where)}#/1/attempts/2`)
    await page.getByText("The agent's memory was cut since").waitFor()
    expect(complaints).toEqual([])
  })

  test('opens the diff of a version, side by side and unified, with colours', async () => {
    const { page, complaints } = await openPage(`${addressOf(where)}#/1/lineage`)
    await page.getByRole('link', { name: 'v1', exact: true }).click()
    await page.getByRole('heading', { name: /^v1: / }).waitFor()
    const file = page.getByRole('region', { name: 'matmul.c', exact: true })
    await file.waitFor()
    expect(await file.locator('td.text.added').count()).toBeGreaterThan(1)
    expect(await file.locator('.syntax-keyword').count()).toBeGreaterThan(3)
    expect(await file.locator('.differs').first().textContent()).toMatch(/^\d+$/)
    await page.getByLabel('unified').check()
    await file.locator('tr.added').first().waitFor()

    await page.goto(`${addressOf(where)}#/1/lineage`)
    const boxes = page.getByRole('checkbox', { name: /^Compare v/ })
    await boxes.first().check()
    await boxes.last().check()
    await page.getByRole('button', { name: /^Compare v0 with v\d+$/ }).click()
    await file.locator('.added').first().waitFor()
    expect(complaints).toEqual([])
  })

  test('finds attempts, by words and by what became of them, and keeps that in the address', async () => {
    const { page, complaints } = await openPage(`${addressOf(where)}#/1/attempts`)
    await rowsOf(page).first().waitFor()
    const all = await rowsOf(page).count()
    await page.keyboard.press('/')
    await page.keyboard.type('swap loops')
    await expect.poll(() => rowsOf(page).count()).toBeLessThan(all)
    for (const text of await rowsOf(page).allTextContents())
      expect(text).toContain('swap the two inner loops')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect.poll(() => rowsOf(page).count()).toBe(all)
    await page.locator('.chip', { hasText: 'accepted' }).click()
    for (const text of await rowsOf(page).allTextContents()) expect(text).toMatch(/v\d+/)
    const accepted = await rowsOf(page).count()
    await page.reload()
    await rowsOf(page).first().waitFor()
    expect(await rowsOf(page).count()).toBe(accepted)
    await page.getByLabel('Search attempts').fill('nothing is like this')
    await page.getByText('No attempt is like that.').waitFor()
    expect(complaints).toEqual([])
  })

  test('compares runs over what they took', async () => {
    const { page, complaints } = await openPage(`${addressOf(where)}#/1/compare`)
    const chart = page.getByRole('img', { name: /^Best so far of/ })
    expect(await chart.getAttribute('aria-label')).toBe('Best so far of 3 runs over runs of the scorer')
    await page.getByText('The thick line is the median over repeats').waitFor()
    for (const measure of ['attempts', 'tokens', 'cost', 'running']) {
      await page.locator('.compare select').first().selectOption(measure)
      await expect.poll(() => page.url()).toContain(`over=${measure}`)
    }
    await page.getByLabel('Show matmul (two)').uncheck()
    await expect.poll(() => chart.getAttribute('aria-label')).toContain('of 2 runs over running time')
    await page.getByRole('link', { name: 'matmul (three)' }).click()
    await page.getByRole('link', { name: `Attempt ${ATTEMPTS}` }).waitFor()
    expect(complaints).toEqual([])
  })

  test('shows all the rest', async () => {
    const { page, complaints } = await openPage(`${addressOf(where)}#/1/failures`)
    await page.getByRole('heading', { name: /^not better/ }).waitFor()
    await page
      .getByText(/is off by/)
      .first()
      .waitFor()
    for (const [name, text] of [
      ['Configurations', 'n = 2048'],
      ['Supervisor', /interventions?, \d+ of them brought versions/],
      ['Knowledge', 'it is damaged'],
      ['Budget', 'lasts'],
      ['Environment', 'AMD EPYC'],
    ] as const) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('main').getByText(text).first().waitFor()
    }
    expect(complaints).toEqual([])
  })
})

test('the file asks the network for nothing, and says what it does not have', async () => {
  const { page, complaints } = await openPage('about:blank')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.context().setOffline(true)
  await page.goto(`${short}#/1/attempts/3`)
  await page.getByText('This file was written without transcripts.').waitFor()
  expect(await page.getByRole('button', { name: 'Steer…' }).count()).toBe(0)
  await page.goto(`${short}#/1/diff/v0/v1`)
  await page.locator('.file').first().waitFor()
  await page.goto(`${short}#/1/diff/v0/a2`)
  await page.getByText('This file has no diff from v0 to a2').waitFor()
  expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([])
  expect(complaints).toEqual([])
})

test('a drag zooms, keys go everywhere', async () => {
  const { page, complaints } = await openPage(`${addressOf('served')}#/1/attempts`)
  const box = await page.locator('.u-over').boundingBox()
  if (box === null) throw new Error('there is no chart')
  await page.mouse.move(box.x + 100, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x + 300, box.y + 60, { steps: 5 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByText('Drag to zoom').waitFor()
  await page.keyboard.press('j')
  await page.getByRole('heading', { name: `Attempt ${ATTEMPTS}` }).waitFor()
  await page.keyboard.press('j')
  await page.getByRole('heading', { name: `Attempt ${ATTEMPTS - 1}` }).waitFor()
  await page.keyboard.press('k')
  await page.keyboard.press('Escape')
  await expect.poll(() => page.locator('.pane').count()).toBe(0)
  for (const [key, name] of [
    ['l', 'Lineage'],
    ['f', 'Failures'],
    ['b', 'Budget'],
    ['m', 'Compare'],
    ['a', 'Attempts'],
  ]) {
    await page.keyboard.press('g')
    await page.keyboard.press(key ?? '')
    await page.locator('nav [aria-current=page]', { hasText: name ?? '' }).waitFor()
  }
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keyboard' }).waitFor()
  expect(complaints).toEqual([])
})

const VIEWS = [
  'attempts',
  'attempts/29',
  'lineage',
  'diff/v0/v1',
  'failures',
  'configurations',
  'supervisor',
  'knowledge',
  'budget',
  'environment',
  'compare',
]
/** What axe finds. */
interface Violation {
  readonly id: string
  readonly impact: string
}

const axe = createRequire(import.meta.url).resolve('axe-core')

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test.each([1280, 400])(
    'at %i pixels nothing serious stands in anybody’s way, and nothing sticks out',
    async (width) => {
      const { page, complaints } = await openPage(addressOf('served'), {
        colorScheme,
        viewport: { width, height: 900 },
        // axe is put in from outside, which the page's own policy would refuse.
        bypassCSP: true,
      })
      await page.addScriptTag({ path: axe })
      for (const view of VIEWS) {
        await page.evaluate(`location.hash = '#/1/${view}'`)
        await page.locator('main > *:not(.empty)').first().waitFor()
        if (view.startsWith('attempts/')) await page.getByText(/^Transcript/).waitFor()
        const { violations }: { violations: readonly Violation[] } = await page.evaluate('axe.run()')
        const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        expect(found, view).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(width)
      }
      expect(complaints).toEqual([])
    },
  )
})
