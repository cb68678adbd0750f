// Makes linepatch.bundle, the library's git repository in one file, from linepatch.mbox, its history as mails: the same
// commits wherever and whenever it runs.
//
//   node make-bundle.mjs [FILE]

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const HERE = import.meta.dirname
const bundle = resolve(process.argv[2] ?? join(HERE, 'linepatch.bundle'))
const repository = mkdtempSync(join(tmpdir(), 'linepatch-'))
const env = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_COMMITTER_NAME: 'linepatch',
  GIT_COMMITTER_EMAIL: 'maintainers@linepatch.example',
}
const git = (...args) => execFileSync('git', args, { cwd: repository, env })
try {
  git('init', '--quiet', '--initial-branch=main')
  git('am', '--quiet', '--committer-date-is-author-date', join(HERE, 'linepatch.mbox'))
  git('bundle', 'create', '--quiet', bundle, 'HEAD', 'main')
} finally {
  rmSync(repository, { recursive: true })
}
