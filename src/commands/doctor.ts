import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../config/config.ts'
import { AvoError, toMessage } from '../errors.ts'
import { findApiKey } from '../model/providers.ts'
import { openEmbeddings } from '../running/adapters.ts'
import { createProcessSandbox } from '../sandbox/process.ts'
import { renderCount, renderDuration, renderNumber } from '../text.ts'
import { askModel, listKnowledge, trySandboxes } from './inspect.ts'
import { evaluateOnce } from './measure-once.ts'

/** One line of a doctor's report. */
export interface Finding {
  readonly subject: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do about it; empty where there is nothing to do. */
  readonly hint: string
}

const MINIMUM_GIT = [2, 32] as const
const MINIMUM_FREE_BYTES = 1024 ** 3

/**
 * Checks what a run needs, in the order in which it needs it. What is wrong is a finding and never thrown. Without
 * `offline` the provider is asked for a few words, which costs next to nothing. Throws when the signal aborts.
 */
export async function examine(
  readTask: () => Promise<Config>,
  { offline }: { readonly offline: boolean },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const check = createCheck(signal)
  const findings = [await check('git', () => checkGit(signal)), ok('node', process.version)]
  let config: Config
  try {
    config = await readTask()
  } catch (error) {
    return [...findings, failed('configuration', error)]
  }
  findings.push(ok('configuration', config.file))
  findings.push(await check('scorer', () => checkScorer(config, signal)))
  findings.push(await check('knowledge', () => checkKnowledge(config)))
  findings.push(await check('provider', () => checkProvider(config, offline, signal)))
  findings.push(await check('sandbox', () => checkSandbox(config)))
  findings.push(await check('disk', () => checkDisk(config)))
  return findings
}

type Check = (subject: string, examination: () => Promise<Omit<Finding, 'subject'>>) => Promise<Finding>

function createCheck(signal: AbortSignal): Check {
  return async (subject, examination) => {
    try {
      return { subject, ...(await examination()) }
    } catch (error) {
      signal.throwIfAborted()
      return failed(subject, error)
    }
  }
}

async function checkGit(signal: AbortSignal): Promise<Omit<Finding, 'subject'>> {
  const sandbox = createProcessSandbox()
  const command = { argv: ['git', '--version'], cwd: '/', timeoutSeconds: 10 } as const
  const { exitCode, stdout } = await sandbox.exec(command, signal)
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number)
  const hint = `Install git ${MINIMUM_GIT.join('.')} or newer: apt-get install git, brew install git.`
  if (exitCode !== 0) return { verdict: 'fail', message: 'git is not installed', hint }
  const recent = major > MINIMUM_GIT[0] || (major === MINIMUM_GIT[0] && minor >= MINIMUM_GIT[1])
  return recent ? passed(stdout.trim()) : { verdict: 'fail', message: `${stdout.trim()} is too old`, hint }
}

async function checkScorer(config: Config, signal: AbortSignal): Promise<Omit<Finding, 'subject'>> {
  const { score, durationMs } = await evaluateOnce(config, 'seed', signal)
  if (!score.correct)
    return {
      verdict: 'fail',
      message: `the seed can't be scored: ${score.reason}`,
      hint: 'avo eval --candidate seed shows all that the scorer says.',
    }
  const configurations = score.scores.length
  const message = `the seed scores ${renderNumber(score.value)} over ${configurations} ${configurations === 1 ? 'configuration' : 'configurations'} in ${renderDuration(durationMs)}`
  if (score.warning !== undefined) return { verdict: 'warn', message, hint: score.warning }
  const hint = 'avo audit attacks it with cheating variants of the seed: do that before a long run.'
  return { verdict: 'ok', message, hint }
}

async function checkKnowledge(config: Config): Promise<Omit<Finding, 'subject'>> {
  openEmbeddings(config)
  const { documents, unreadable } = await listKnowledge(config)
  const message = `${renderCount(documents.length, 'document')} can be read`
  if (unreadable.length === 0) return passed(message)
  return {
    verdict: 'warn',
    message: `${message}, ${renderCount(unreadable.length, 'file')} can't`,
    hint: 'avo knowledge list says which, and why.',
  }
}

async function checkProvider(
  config: Config,
  offline: boolean,
  signal: AbortSignal,
): Promise<Omit<Finding, 'subject'>> {
  const { provider, apiKey } = config.llm
  if (provider === 'builtin')
    return {
      verdict: 'warn',
      message: 'builtin is a local search, not a language model',
      hint: 'It is a smoke test and a baseline; name a provider and a model in avo.yaml for the real thing.',
    }
  const { key, variable, needed } = findApiKey(provider, apiKey, process.env)
  if (needed && key === null)
    return {
      verdict: 'fail',
      message: 'there is no API key',
      hint: `Set ${variable} in the environment, or llm.api_key in avo.yaml.`,
    }
  if (offline) return passed(`${provider}, not asked`)
  const startedAt = performance.now()
  const name = await askModel(config, signal)
  return passed(`${name} answered in ${renderDuration(performance.now() - startedAt)}`)
}

async function checkSandbox(config: Config): Promise<Omit<Finding, 'subject'>> {
  const { agent, candidate } = await trySandboxes(config)
  const roles =
    agent.name === candidate.name
      ? [[agent, `${agent.name} for the agent's shell and for candidates`] as const]
      : [
          [agent, `${agent.name} for the agent's shell`] as const,
          [candidate, `${candidate.name} for candidates`] as const,
        ]
  const gaps = new Set(roles.flatMap(([{ gaps }]) => gaps))
  return {
    verdict: roles.some(([{ name }]) => name === 'process') ? 'warn' : 'ok',
    message: roles.map(([, message]) => message).join(', '),
    hint: `Not enforced: ${[...gaps].join(' ')}`,
  }
}

async function checkDisk(config: Config): Promise<Omit<Finding, 'subject'>> {
  const { bavail, bsize } = await statfs(dirname(config.file))
  const free = `${renderNumber(Math.round((bavail * bsize) / 1024 ** 2))} MiB are free`
  if (bavail * bsize < MINIMUM_FREE_BYTES)
    return {
      verdict: 'warn',
      message: `only ${free}`,
      hint: 'A long run keeps every attempt: make room for at least 1 GiB.',
    }
  return passed(free)
}

function ok(subject: string, message: string): Finding {
  return { subject, ...passed(message) }
}

function passed(message: string): Omit<Finding, 'subject'> {
  return { verdict: 'ok', message, hint: '' }
}

function failed(subject: string, error: unknown): Finding {
  return {
    subject,
    verdict: 'fail',
    message: toMessage(error),
    hint: error instanceof AvoError ? error.hint : '',
  }
}
