import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** Everything in a person's settings that has broken a program that calls git. */
const SETTINGS = `
[commit]
	gpgSign = true
	template = ~/template
[tag]
	gpgSign = true
[gpg]
	program = /bin/false
[core]
	hooksPath = ~/hooks
	autocrlf = true
	quotePath = true
	attributesFile = ~/attributes
	excludesFile = ~/ignore
[diff]
	noprefix = true
	external = /bin/false
[color]
	ui = always
[init]
	defaultBranch = trunk
	templateDir = ~/git-template
[user]
	useConfigOnly = true
[log]
	showSignature = true
[i18n]
	logOutputEncoding = latin1
`

/** Runs a file's tests with such settings in HOME, and with the variables that git sets inside a hook. */
export function withHostileGit(): void {
  const home = mkdtempSync(join(tmpdir(), 'avo-hostile-'))
  const hostile: Record<string, string> = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    GIT_DIR: join(home, 'elsewhere.git'),
    GIT_WORK_TREE: home,
    GIT_INDEX_FILE: join(home, 'index'),
    GIT_AUTHOR_NAME: 'somebody else',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.autocrlf',
    GIT_CONFIG_VALUE_0: 'input',
  }
  const before = { ...process.env }

  beforeAll(() => {
    for (const directory of ['hooks', 'git-template/hooks', '.config/git'])
      mkdirSync(join(home, directory), { recursive: true })
    for (const hook of [
      'hooks/reference-transaction',
      'hooks/commit-msg',
      'git-template/hooks/reference-transaction',
    ]) {
      writeFileSync(join(home, hook), '#!/bin/sh\nexit 1\n')
      chmodSync(join(home, hook), 0o755)
    }
    writeFileSync(join(home, '.gitconfig'), SETTINGS)
    writeFileSync(join(home, 'template'), 'Describe your change\n')
    for (const file of ['attributes', '.config/git/attributes'])
      writeFileSync(join(home, file), '* text eol=crlf\n')
    for (const file of ['ignore', '.config/git/ignore']) writeFileSync(join(home, file), '*.py\n*.csv\n')
    Object.assign(process.env, hostile)
  })

  afterAll(() => {
    for (const name of Object.keys(hostile)) delete process.env[name]
    Object.assign(process.env, before)
    rmSync(home, { recursive: true, force: true })
  })
}

/** The person's own git, with settings of theirs that are harmless. */
export function git(directory: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=Person',
    '-c',
    'user.email=person@localhost',
    '-c',
    'init.defaultBranch=main',
  ]
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', [...identity, ...args], { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' })
}
