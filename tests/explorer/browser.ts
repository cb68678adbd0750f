import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { requireThat } from '../requires.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
/** It is root in many containers, and asks nobody on the network for anything. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The system's browser; null where there is none. */
export function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return paths.find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === null) throw new Error('there is no browser')
  return chromium.launch({ executablePath, args: FLAGS })
}

/** A page, and what it complained of. */
export interface OpenPage {
  readonly page: Page
  /** Errors of its scripts, and what its policy has refused. */
  readonly complaints: readonly string[]
}

/** One browser for the tests of a file. */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<OpenPage> {
  const isThere = findBrowser() !== null
  requireThat(isThere, 'a browser', 'apt-get install chromium')
  let browser: Browser | null = null
  beforeAll(async () => {
    if (isThere) browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  return async (url, options = {}) => {
    if (browser === null) throw new Error('there is no browser')
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(url)
    return { page, complaints }
  }
}
