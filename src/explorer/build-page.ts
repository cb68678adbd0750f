import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { renderBytes } from '../text.ts'
import { BUNDLE_DIRECTORY } from './page-file.ts'

// Bundles the explorer's page into a script and a style, and says how large they are. `npm run build` runs it.
const source = join(import.meta.dirname, 'page')
await rm(BUNDLE_DIRECTORY, { recursive: true, force: true })
await mkdir(BUNDLE_DIRECTORY, { recursive: true })
const { metafile } = await build({
  entryPoints: [
    { in: join(source, 'main.tsx'), out: 'page' },
    { in: join(source, 'page.css'), out: 'page' },
  ],
  outdir: BUNDLE_DIRECTORY,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'iife',
  target: ['chrome115', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'utf8',
  legalComments: 'none',
  // Of the program's own modules that the page shares, one asks Node about terminals, and nothing that the page calls does.
  alias: { 'node:util': join(source, 'no-terminal.ts') },
})
const sizes = Object.values(metafile.outputs).map(({ bytes }) => bytes)
process.stdout.write(`page: ${renderBytes(sizes.reduce((sum, bytes) => sum + bytes, 0))}\n`)
