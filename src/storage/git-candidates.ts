import type { CandidatePlace, EvaluatedCandidate } from '../lineage.ts'
import type { GitRepository } from './git-repository.ts'
import { writeCommit } from './git-versions.ts'

const EVALUATED = 'refs/avo/evaluated/'

/** Keeps what an attempt evaluated, beside the branch: a commit on the version that it was made from, with what came out. */
export async function keepEvaluated(
  repository: GitRepository,
  parent: string | undefined,
  place: CandidatePlace,
  { tree, report }: EvaluatedCandidate,
): Promise<void> {
  const title = `attempt ${place.attempt}, evaluation ${place.evaluation}`
  const message = `${title}\n\n${report.replaceAll('\0', '').trim()}\n`
  const commit = await writeCommit(repository, { tree, parent, message })
  await repository.run(['update-ref', toRef(place), commit])
}

/** What is kept there; null where there is nothing, or something else. */
export async function readEvaluated(
  repository: GitRepository,
  place: CandidatePlace,
): Promise<EvaluatedCandidate | null> {
  const listing = await repository.run(['for-each-ref', '--format=%(tree)%0a%(contents)', toRef(place)])
  const [, tree, report] = /^([0-9a-f]+)\nattempt [^\n]*\n\n(.*)$/s.exec(listing) ?? []
  return tree === undefined || report === undefined ? null : { tree, report: report.trimEnd() }
}

/** Number of the last candidate that is kept of each attempt. */
export async function readEvaluations(repository: GitRepository): Promise<ReadonlyMap<number, number>> {
  const listing = await repository.run(['for-each-ref', '--format=%(refname:lstrip=3)', EVALUATED])
  return lastEvaluations(listing.split('\n'))
}

/** The last evaluation of each attempt, from names like `7.2`. */
export function lastEvaluations(names: readonly string[]): ReadonlyMap<number, number> {
  const last = new Map<number, number>()
  for (const name of names) {
    const [, attempt, evaluation] = /^(\d+)\.(\d+)$/.exec(name) ?? []
    if (attempt !== undefined)
      last.set(Number(attempt), Math.max(Number(evaluation), last.get(Number(attempt)) ?? 0))
  }
  return last
}

function toRef({ attempt, evaluation }: CandidatePlace): string {
  return `${EVALUATED}${attempt}.${evaluation}`
}
