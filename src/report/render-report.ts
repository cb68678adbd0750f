import { describeComparison } from '../gate/compare-with-seed.ts'
import { gainOver } from '../score.ts'
import { describeOutcome, describeStep } from '../supervision/describe-outcome.ts'
import {
  firstLine,
  renderColumns,
  renderCount,
  renderDuration,
  renderGain,
  renderNumber,
  renderPercent,
  renderSize,
  renderUsd,
} from '../text.ts'
import { escapeMarkdown, fenceCode, renderTable } from './markdown.ts'
import { renderChanges, renderVersionTable } from './render-versions.ts'
import type { Report } from './report.ts'

const MAX_FAILURES = 15
const MAX_INTERVENTIONS = 12
const MAX_CONFIGURATIONS = 40
const MAX_DOCUMENTS = 20
const MAX_NAMED = 8
/** What fits into a pull request is 65,536. */
const MAX_CHARACTERS = 65_000
/** Characters for what was accepted: the first of these with which the whole fits. */
const ROOMS = [42_000, 20_000, 8_000, 0] as const

/** Where the readers of a report find what it is about. */
export interface ReportPlaces {
  /** The task, for the command line. */
  readonly task: string
  /** The workspace, likewise; null where the lineage is not kept in git. */
  readonly workspace: string | null
  /** The curve as a picture, relative to the report; null where there is none. */
  readonly picture: string | null
}

/**
 * A run as a page of Markdown, for a pull request: short enough for one however long the run was. What comes from the model, from
 * documents and from the scorer is shown and does nothing.
 */
export function renderReport(report: Report, places: ReportPlaces): string {
  const pages = ROOMS.values().map((room) => renderPage(report, places, room))
  return pages.find((page) => page.length <= MAX_CHARACTERS) ?? renderPage(report, places, 0)
}

function renderPage(report: Report, places: ReportPlaces, room: number): string {
  const { versions } = report
  const { picture } = places
  const project = escapeMarkdown(firstLine(report.project))
  if (report.startedAt === null) return `# ${project}\n\nThere are no versions yet.\n`
  const sections = [
    `# ${project}: ${headline(report)}`,
    ...(report.comparison === null ? [] : [`${describeDirectGain(report)}.`]),
    ...(picture === null ? [] : [`![score over attempts](${encodeURI(picture)})`]),
    renderTable(['', ''], facts(report)),
    renderConfigurations(report),
    section('Versions', versions.length === 0 ? '' : renderVersionTable(versions)),
    section('What was accepted', renderChanges(versions, room)),
    section('What failed, and why', renderFailures(report)),
    section('What the supervisor did', renderInterventions(report)),
    section('Knowledge', renderDocuments(report)),
    section('Environment', renderTable(['', ''], environment(report))),
    section('How to reproduce', renderCommands(report, places)),
  ]
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`
}

function section(heading: string, content: string): string {
  return content === '' ? '' : `## ${heading}\n\n${content}`
}

/** The gain that was measured directly; what the steps multiply to only where there is no such thing. */
function headline({ comparison, versions, gainOverSeed }: Report): string {
  const newest = versions.length - 1
  if (newest < 0) return 'the seed has no score yet'
  if (newest === 0) return 'nothing better than the seed yet'
  if (comparison?.version === newest && comparison.gain !== null)
    return `${renderGain(comparison.gain, comparison.interval)} over the seed`
  return `the steps multiply to ${renderPercent(gainOverSeed)} over the seed`
}

function describeDirectGain({ comparison }: Report): string {
  return comparison === null ? '' : describeComparison({ ...comparison, rounds: [] })
}

function facts({ versions, attempts, spent, direction, isRunning, ended, environment }: Report): string[][] {
  const [seed] = versions
  const best = versions.at(-1)
  const { accepted, rejected, abandoned, indecisive } = attempts
  const { usage, turns, evaluations } = spent
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  const cached =
    input === 0 ? '' : `, ${renderSize(usage.cacheReadTokens / input)} of the input from the cache`
  const unpriced =
    spent.unpricedCalls === 0 ? '' : ` and ${renderCount(spent.unpricedCalls, 'call')} of unknown price`
  const undecided = indecisive === 0 ? '' : `, ${indecisive} could not be measured`
  const better = direction === 'maximize' ? 'higher' : 'lower'
  return [
    ...(seed === undefined || best === undefined
      ? []
      : [
          ['baseline', `v0, ${renderNumber(seed.score)} (${better} is better)`],
          ['best', `v${best.number}, ${renderNumber(best.score)}`],
        ]),
    [
      'attempts',
      `${accepted + rejected + abandoned + indecisive}: ${accepted} accepted, ${rejected} rejected, ${abandoned} abandoned${undecided}`,
    ],
    ['time', renderDuration(spent.activeMs)],
    ['cost', `${renderUsd(spent.costUsd)}${unpriced}`],
    [
      'tokens',
      `${renderNumber(input)} in and ${renderNumber(usage.outputTokens)} out in ${renderCount(turns, 'turn')}${cached}`,
    ],
    ['runs of the scorer', renderNumber(evaluations)],
    ['model', escapeMarkdown(firstLine(environment.model ?? 'unknown'))],
    [
      'stopped',
      isRunning
        ? 'it is running'
        : ended === null
          ? 'it was cut off'
          : escapeMarkdown(firstLine(ended.message, 300)),
    ],
  ]
}

/** How each configuration changed; only where one scorer has measured both. */
function renderConfigurations({ versions, direction }: Report): string {
  const [seed, newest] = [versions[0], versions.at(-1)]
  if (seed === undefined || newest === undefined || newest === seed || seed.scorer !== newest.scorer)
    return ''
  const before = new Map(seed.scores.map(({ configuration, value }) => [configuration, value]))
  const rows = newest.scores.flatMap(({ configuration, value }) => {
    const from = before.get(configuration)
    if (from === undefined) return []
    const change = renderPercent(gainOver(value, from, direction))
    return [[escapeMarkdown(firstLine(configuration, 60)), renderNumber(from), renderNumber(value), change]]
  })
  const left = rows.length - MAX_CONFIGURATIONS
  const more = left > 0 ? [[`${left} more`, '', '', '']] : []
  const shown = [...rows.slice(0, MAX_CONFIGURATIONS), ...more]
  return renderTable(['configuration', 'v0', `v${newest.number}`, 'gain'], shown, [1, 2, 3])
}

function renderFailures({ failures }: Report): string {
  const shown = failures.slice(0, MAX_FAILURES)
  const rows = shown.map(({ outcome, reason, attempts }) => [
    String(attempts.length),
    outcome,
    escapeMarkdown(firstLine(reason, 200)),
    nameSome(attempts),
  ])
  const rest = failures.slice(MAX_FAILURES).reduce((sum, { attempts }) => sum + attempts.length, 0)
  const more = rest === 0 ? [] : [[String(rest), '', 'in other ways', '']]
  return rows.length === 0
    ? ''
    : renderTable(['attempts', 'outcome', 'why', 'which'], [...rows, ...more], [0])
}

/** The first ones, and how many more there are. */
function nameSome(numbers: readonly number[]): string {
  const named = numbers.slice(0, MAX_NAMED).join(', ')
  return numbers.length <= MAX_NAMED ? named : `${named} and ${numbers.length - MAX_NAMED} more`
}

function renderInterventions({ interventions }: Report): string {
  const left = interventions.length - MAX_INTERVENTIONS
  const lines = interventions.slice(0, MAX_INTERVENTIONS).flatMap((intervention) => {
    const { afterAttempt, sign, directions } = intervention
    return [
      `- after attempt ${afterAttempt}: ${escapeMarkdown(firstLine(sign, 200))}`,
      `  ${describeStep(intervention)}: ${describeOutcome(intervention)}`,
      ...directions.map(
        (direction) =>
          `  - ${direction.kind}: ${escapeMarkdown(firstLine(direction.what))} (${describeOutcome(direction)})`,
      ),
    ]
  })
  return [...lines, ...(left > 0 ? [`- ${left} more`] : [])].join('\n')
}

function renderDocuments({ documents }: Report): string {
  const rows = documents
    .slice(0, MAX_DOCUMENTS)
    .map(({ document, cited, read, found }) => [
      escapeMarkdown(firstLine(document)),
      ...[cited, read, found].map(String),
    ])
  const left = documents.length - MAX_DOCUMENTS
  const more = left > 0 ? [[`${left} more`, '', '', '']] : []
  return rows.length === 0
    ? ''
    : renderTable(['document', 'cited by versions', 'pages read', 'found'], [...rows, ...more], [1, 2, 3])
}

function environment({ environment: { avo, machine, scorer, sandbox, noise } }: Report): string[][] {
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['avo', avo],
    ['machine', machine],
    ['scorer', scorer],
    ['isolation', sandbox],
    ['noise', describeNoise(noise)],
  ]
  return rows.flatMap(([name, value]) => (value ? [[name, escapeMarkdown(firstLine(value, 200))]] : []))
}

function describeNoise(noise: Report['environment']['noise']): string | null {
  if (noise === null) return null
  if (noise.isDeterministic) return 'none: the scorer gives the same score every time'
  if (noise.sd === null || noise.floor === null) return null
  return `two copies of the same files differ by ${renderSize(noise.sd)} a round (standard deviation); a gain must be above ${renderSize(noise.floor)} to count`
}

function renderCommands({ versions }: Report, { task, workspace }: ReportPlaces): string {
  const again = [`avo run ${task}`, '# the search again, in a fresh copy; here it goes on where it stopped']
  if (versions.length === 0) return fenceCode(renderColumns([again]), 'sh')
  const best = `v${versions.length - 1}`
  const rows = [
    again,
    [`avo -C ${task} show ${best}`, '# a version: its scores, its diff'],
    ...(workspace === null
      ? []
      : [
          [`git -C ${workspace} log`, '# all versions, with their scores in trailers'],
          [`git -C ${workspace} archive --prefix=${best}/ avo/${best} | tar -x`, `# the files of ${best}`],
          [`avo eval ${task} --candidate ${best}`, '# their score, here and now'],
        ]),
  ]
  return fenceCode(renderColumns(rows), 'sh')
}
