import { SANDBOX_NAMES, type SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import { ACTIONS } from './actions.ts'
import { CANDIDATES, trialsOn } from './candidates.ts'
import { FAMILIES, type Family } from './entry.ts'

/** What the corpus tries of a family on a backend. */
interface Count {
  /** Each is a test that its outcome is the stated one. */
  readonly tried: number
  /** Entries that the backend does not promise to withstand. */
  readonly notPromised: number
}

function count(family: Family, backend: SandboxName): Count {
  const entries = [...CANDIDATES, ...ACTIONS].filter((entry) => entry.family === family)
  const promised = entries.filter(({ promisedBy }) => promisedBy.includes(backend))
  const candidates = trialsOn(backend).filter(({ entry }) => entry.family === family)
  const actions = promised.filter((entry) => 'calls' in entry)
  return { tried: candidates.length + actions.length, notPromised: entries.length - promised.length }
}

function sum(counts: readonly Count[]): Count {
  const add = (pick: (count: Count) => number): number => counts.reduce((total, one) => total + pick(one), 0)
  return { tried: add(({ tried }) => tried), notPromised: add(({ notPromised }) => notPromised) }
}

function renderCount({ tried, notPromised }: Count): string {
  return notPromised === 0 ? `${tried}` : `${tried}, ${notPromised} not promised`
}

/** The table of the README: how often each family was tried on each backend. Fails nobody: the tests do. */
export function renderTable(): readonly string[] {
  const row = (name: string, counts: readonly Count[]): string =>
    `| ${[name, ...counts.map(renderCount)].join(' | ')} |`
  const countsOf = (family: Family): readonly Count[] =>
    SANDBOX_NAMES.map((backend) => count(family, backend))
  const hostile = FAMILIES.filter((family) => family !== 'honest controls')
  const totals = SANDBOX_NAMES.map((backend) => sum(hostile.map((family) => count(family, backend))))
  return [
    `| family | ${SANDBOX_NAMES.join(' | ')} |`,
    `|---|${SANDBOX_NAMES.map(() => '---|').join('')}`,
    ...hostile.map((family) => row(family, countsOf(family))),
    row('**all of them**', totals),
    row('honest controls, which pass', countsOf('honest controls')),
  ]
}

/** How many hostile trials there are on all backends. */
export function countTrials(): number {
  return SANDBOX_NAMES.flatMap((backend) =>
    FAMILIES.filter((family) => family !== 'honest controls').map((family) => count(family, backend).tried),
  ).reduce((total, tried) => total + tried, 0)
}
