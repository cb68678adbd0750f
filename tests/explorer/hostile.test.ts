import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { writeReportPage } from '../../src/explorer/report-page.ts'
import { openRun } from '../../src/run.ts'
import { scriptedModel } from '../scripted-model.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { useBrowser } from './browser.ts'
import { explore } from './explore.ts'

const openPage = useBrowser()

/** Ends the element that it is in, breaks out of attributes, and runs in whatever takes it for HTML. */
const HOSTILE =
  '</script></pre><script>window.owned=1</script><img src=x onerror="window.owned=1">"\'><svg onload=window.owned=1><!--<script>{{constructor.constructor("window.owned=1")()}} javascript:window.owned=1'
/** A name that a file system takes. */
const FILE = 'x<img src=x onerror=owned=1>.js'

/** A run whose model, documents, scorer, files and names are full of it. */
async function makeHostileRun(): Promise<string> {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': JSON.stringify({
      project_name: `name ${HOSTILE}`,
      llm: { provider: 'builtin' },
      seed: 'seed',
      sandbox: 'process',
      scorer: { command: ['sh', 'score.sh'] },
      max_attempts: 3,
    }),
    [`seed/${FILE}`]: 'export const a = 1\n',
    'scorer/hostile.txt': HOSTILE,
    'scorer/score.sh': `cat hostile.txt >&2
value=$(cat "$AVO_CANDIDATE/value.txt")
case "$value" in
  ''|*[!0-9.]*) printf '%s' '${JSON.stringify({ correct: false, feedback: HOSTILE }).replaceAll("'", `'\\''`)}' > "$AVO_RESULT" ;;
  *) printf '%s' '${JSON.stringify({ correct: true, scores: { [`c ${HOSTILE}`]: 0 }, feedback: HOSTILE }).replaceAll("'", `'\\''`)}' | sed "s/:0}/:$value}/" > "$AVO_RESULT" ;;
esac
`,
    [`knowledge-base/<img src=x onerror=owned=1>.md`]: `# ${HOSTILE}\n\n${HOSTILE}\n`,
  })
  const submit = [
    'submit',
    { summary: `${HOSTILE}\n\n${HOSTILE}`, documents: ['knowledge-base/<img src=x onerror=owned=1>.md'] },
  ] as const
  const write = (value: string) => ['write_file', { path: 'value.txt', content: value }] as const
  const model = scriptedModel([
    {
      text: HOSTILE,
      calls: [
        ['search_knowledge', { query: HOSTILE }],
        ['write_file', { path: FILE, content: `${HOSTILE}\n` }],
        write('2\n'),
        ['evaluate', {}],
        ['note', { text: HOSTILE }],
        ['run_shell', { command: `echo '${HOSTILE.replaceAll("'", '')}'` }],
        submit,
      ],
    },
    { text: HOSTILE, calls: [write('rubbish\n'), ['evaluate', {}], submit] },
    { text: HOSTILE, calls: [write('1\n'), submit] },
  ])
  const run = await openRun(await readConfig(directory), { model })
  await run.start(new AbortController().signal)
  run.close()
  return directory
}

const VIEWS = [
  'attempts/1',
  'attempts/2',
  'attempts/3',
  'lineage',
  'diff/v0/v1',
  'diff/v1/a2',
  'failures',
  'configurations',
  'supervisor',
  'knowledge',
  'budget',
  'environment',
]

/** Goes everywhere, opens all that folds, and points at what shows more. */
async function lookAtAll(page: Page): Promise<string> {
  let seen = ''
  for (const view of VIEWS) {
    await page.evaluate(`location.hash = '#/1/${view}'`)
    await page.locator('main > *').first().waitFor()
    if (view.startsWith('attempts/')) await page.getByText(/^Transcript \(/).waitFor()
    if (view.startsWith('diff/v0')) await page.locator('.file').first().waitFor()
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
    seen += await page.locator('body').innerText()
  }
  await page.evaluate(`location.hash = '#/1/attempts'`)
  const box = await page.locator('.u-over').boundingBox()
  for (let x = 0; box !== null && x < box.width; x += 15) await page.mouse.move(box.x + x, box.y + 10)
  return seen
}

test('whatever models, documents, scorers and files say is text and nothing else', async () => {
  const directory = await makeHostileRun()
  const folder = await mkdtemp(join(tmpdir(), 'avo-hostile-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'report.html')
  await writeReportPage([await readConfig(directory)], file, { transcripts: true })

  for (const url of [await explore(directory), pathToFileURL(file).href]) {
    const { page, complaints } = await openPage(url)
    const seen = await lookAtAll(page)
    // It is there, as it was written, in every place that it came from.
    expect(seen.split(HOSTILE).length).toBeGreaterThan(20)
    expect(seen).toContain(FILE)
    expect(await page.evaluate('window.owned')).toBeUndefined()
    expect(await page.evaluate('document.querySelectorAll("script").length')).toBeLessThanOrEqual(2)
    expect(await page.evaluate('document.querySelectorAll("img, iframe, object, svg[onload]").length')).toBe(
      0,
    )
    expect(complaints).toEqual([])
    expect(await page.title()).toContain(HOSTILE)
  }
})

test('a script that got into the page all the same would not run', async () => {
  const { page } = await openPage(await explore(await makeTask()))
  await page.getByText('This run has not started yet').waitFor()
  await page
    .evaluate(`
    const script = document.createElement('script')
    try { script.textContent = 'window.owned = 1' } catch {}
    document.body.append(script)
    try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.owned=2">') } catch {}
    document.body.setAttribute('onclick', 'window.owned = 3')
    document.body.click()
  `)
    .catch(() => undefined)
  expect(await page.evaluate('window.owned')).toBeUndefined()
})
