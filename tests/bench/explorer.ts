import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { readConfig } from '../../src/config/config.ts'
import { openExplorer } from '../../src/explorer/explorer.ts'
import { BUNDLE_DIRECTORY } from '../../src/explorer/page-file.ts'
import { writeReportPage } from '../../src/explorer/report-page.ts'
import { launchBrowser } from '../explorer/browser.ts'
import { atMost, type Figure } from './figure.ts'
import { writeLongHistory } from './ten-thousand.ts'

const ATTEMPTS = 10_000
const REPEATS = 5
/** Where nothing waits for the disk. */
const MEMORY = '/dev/shm'

const renderMs = (ms: number): string => `${ms.toFixed(0)} ms`
const renderMb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`

/** How quick the page is with a run of a week, served and as a file. */
export async function benchExplorer(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'avo-bench-'))
  const browser = await launchBrowser()
  try {
    const task = join(directory, 'task')
    await writeLongHistory(task, ATTEMPTS)
    const config = await readConfig(task)
    const startedAt = performance.now()
    const explorer = await openExplorer([config], 0)
    const openMs = performance.now() - startedAt
    const served = await measurePage(browser, explorer.url)
    await explorer.close()
    const file = join(directory, 'report.html')
    const { bytes } = await writeReportPage([config], file)
    const opened = await measurePage(browser, pathToFileURL(file).href)
    const bundle = ['page.js', 'page.css'].map((name) => statSync(join(BUNDLE_DIRECTORY, name)).size)
    return [
      atMost(`reading ${ATTEMPTS} attempts, once, when the server starts`, openMs, 5_000, renderMs),
      ...describe('served', served),
      ...describe('as a file', opened),
      atMost('size of the file, without transcripts', bytes, 5e6, renderMb),
      atMost(
        '  the page in it',
        bundle.reduce((sum, size) => sum + size, 0),
        5e5,
        renderMb,
      ),
    ]
  } finally {
    await browser.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Medians, in milliseconds. */
interface Measured {
  readonly paintMs: number
  readonly shownMs: number
  readonly filterMs: number
  readonly zoomMs: number
}

function describe(where: string, { paintMs, shownMs, filterMs, zoomMs }: Measured): readonly Figure[] {
  return [
    atMost(`first paint, ${where}`, paintMs, 1_000, renderMs),
    atMost(`  until chart and list are there`, shownMs, 1_000, renderMs),
    atMost(`  a filter`, filterMs, 100, renderMs),
    atMost(`  a zoom`, zoomMs, 100, renderMs),
  ]
}

async function measurePage(browser: Browser, url: string): Promise<Measured> {
  const loads: { paint: number; shown: number }[] = []
  let [filterMs, zoomMs] = [0, 0]
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    await page.addInitScript(WATCH)
    await page.goto(url)
    const shown: number = await page.evaluate('window.shown')
    const paint: number = await page.evaluate(
      'performance.getEntriesByName("first-contentful-paint")[0].startTime',
    )
    loads.push({ paint, shown })
    if (repeat === REPEATS - 1) [filterMs, zoomMs] = [await measureFilter(page), await measureZoom(page)]
    await page.close()
  }
  return {
    paintMs: median(loads.map(({ paint }) => paint)),
    shownMs: median(loads.map(({ shown }) => shown)),
    filterMs,
    zoomMs,
  }
}

/** Notes when chart and list are drawn, from the beginning of the visit on; and gives the time until something is on the screen. */
const WATCH = `
  window.shown = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('.list tbody a') && document.querySelector('.u-over')) requestAnimationFrame(() => resolve(performance.now()))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  window.untilPainted = (startedAt) => new Promise((resolve) =>
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => resolve(performance.now() - startedAt); channel.port2.postMessage(0) }))
`

async function measureFilter(page: Page): Promise<number> {
  const times: number[] = []
  for (const word of ['word1', 'rejected', 'step 99', '']) {
    const time: number = await page.evaluate(`(() => {
      const box = document.getElementById('search')
      const startedAt = performance.now()
      box.value = ${JSON.stringify(word)}
      box.dispatchEvent(new InputEvent('input', { bubbles: true }))
      return window.untilPainted(startedAt)
    })()`)
    times.push(time)
  }
  return median(times)
}

async function measureZoom(page: Page): Promise<number> {
  const box = await page.locator('.u-over').boundingBox()
  if (box === null) throw new Error('there is no chart')
  const times: number[] = []
  for (const from of [100, 300, 500]) {
    await page.evaluate(
      'void (window.zoomed = new Promise((resolve) => window.addEventListener("mouseup", () => resolve(window.untilPainted(performance.now())), { once: true, capture: true })))',
    )
    await page.mouse.move(box.x + from, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + from + 600, box.y + 100, { steps: 3 })
    await page.mouse.up()
    times.push(await page.evaluate('window.zoomed'))
    await page.getByRole('button', { name: 'Show all' }).click()
  }
  return median(times)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
