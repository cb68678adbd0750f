import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { AvoError } from '../errors.ts'
import { PACKAGE_ROOT } from '../package-root.ts'

/** The built page: script and style in one file each. */
export interface PageBundle {
  readonly script: string
  readonly style: string
}

/** A page that is one file, and the policy that it is to be served with. */
export interface RenderedPage {
  readonly html: string
  readonly policy: string
}

/** Where `build-page.ts` puts what it makes. */
export const BUNDLE_DIRECTORY = join(PACKAGE_ROOT, 'dist', 'explorer', 'page')

/** @throws {AvoError} `storage` where avo was not built. */
export async function readPageBundle(): Promise<PageBundle> {
  try {
    const [script, style] = await Promise.all(
      ['page.js', 'page.css'].map((name) => readFile(join(BUNDLE_DIRECTORY, name), 'utf8')),
    )
    return { script: script ?? '', style: style ?? '' }
  } catch (cause) {
    throw new AvoError(
      'storage',
      `the page is not built: ${BUNDLE_DIRECTORY} is not there`,
      'Run npm run build.',
      {
        cause,
      },
    )
  }
}

/**
 * The page as one file that loads nothing else. Only its own script and style run, whatever else gets into it, and no text of
 * its data can end the element that it is in: it is compressed, in base64.
 *
 * @param data what the page shows; null where it asks its server
 */
export function renderPage({ script, style }: PageBundle, title: string, data: unknown): RenderedPage {
  const source = data === null ? "'self'" : "'none'"
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    `connect-src ${source}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  const packed =
    data === null
      ? ''
      : `<script type="application/gzip" id="data">${gzipSync(JSON.stringify(data), { level: 9 }).toString('base64')}</script>\n`
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
${packed}<script>${script}</script>
</body>
</html>
`
  return { html, policy: `${policy}; frame-ancestors 'none'` }
}

function hashOf(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`
}

function escapeText(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
