import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import { openExplorer } from '../../src/explorer/explorer.ts'
import { renderBytes } from '../../src/text.ts'
import { launchBrowser } from './browser.ts'
import { writeDemoRun } from './demo-run.ts'
import { toPalettePng } from './palette-png.ts'

// Makes the pictures of the README anew: npm run screenshots.
const FOLDER = join(import.meta.dirname, '../../src/explorer/screenshots')
const ATTEMPTS = 120
const RUNS = 5
const MAX_HEIGHT = 800

const VIEWS = {
  attempts: 'attempts',
  attempt: `attempts/${ATTEMPTS - 1}`,
  lineage: 'lineage',
  diff: 'diff/v1/v2',
  failures: 'failures',
  configurations: 'configurations',
  supervisor: 'supervisor',
  knowledge: 'knowledge',
  budget: 'budget',
  environment: 'environment',
  compare: 'compare',
}

const LOOKS = [
  { look: 'light', colorScheme: 'light', width: 1180 },
  { look: 'dark', colorScheme: 'dark', width: 1180 },
  { look: 'narrow', colorScheme: 'light', width: 400 },
] as const

const directory = await mkdtemp(join(tmpdir(), 'avo-screenshots-'))
const browser = await launchBrowser()
try {
  const nights = Array.from({ length: RUNS }, (_, index) => join(directory, `night-${index + 1}`))
  const startMs = Date.parse('2026-11-17T21:00:00Z')
  await Promise.all(
    nights.map((night, index) =>
      writeDemoRun(night, { attempts: ATTEMPTS, seed: index + 1, startMs: startMs + index * 86_400_000 }),
    ),
  )
  const explorer = await openExplorer(await Promise.all(nights.map((night) => readConfig(night))), 0)
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const blank = await browser.newPage()
  for (const { look, colorScheme, width } of LOOKS) {
    const page = await browser.newPage({ viewport: { width, height: MAX_HEIGHT }, colorScheme })
    await page.goto(explorer.url)
    for (const [name, view] of Object.entries(VIEWS)) {
      await page.evaluate(`location.hash = '#/1/${view}'`)
      await page.waitForTimeout(800)
      const height: number = await page.evaluate(
        'Math.ceil(document.querySelector("main").getBoundingClientRect().bottom) + 16',
      )
      const picture = await page.screenshot({
        clip: { x: 0, y: 0, width, height: Math.min(height, MAX_HEIGHT) },
      })
      await writeFile(join(FOLDER, `${name}-${look}.png`), await toPalettePng(blank, picture))
    }
    await page.close()
  }
  await explorer.close()
  const names = await readdir(FOLDER)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(FOLDER, name))).size))
  process.stdout.write(
    `${names.length} pictures, ${renderBytes(sizes.reduce((sum, size) => sum + size, 0))}\n`,
  )
} finally {
  await browser.close()
  await rm(directory, { recursive: true, force: true })
}
