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

function toRef({ attempt, evaluation }: CandidatePlace): string {
  return `${EVALUATED}${attempt}.${evaluation}`
}
