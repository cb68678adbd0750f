import { type Columns, fromColumns, toColumns } from './columns.ts'
import type { AttemptRow, RunView, VersionRow } from './run-view.ts'

/** What has changed of a view: sections as a whole, and rows from one on. */
export interface RunPatch {
  readonly sections: Partial<Pick<RunView, 'facts' | 'status' | 'supervision' | 'knowledge' | 'environment'>>
  readonly versions?: { readonly from: number; readonly rows: readonly VersionRow[] }
  readonly attempts?: { readonly from: number; readonly columns: Columns<AttemptRow> }
}

/** A view as it is sent or kept. */
export interface PackedView extends Omit<RunView, 'attempts'> {
  readonly attempts: Columns<AttemptRow>
}

const ATTEMPT_FIELDS = [
  'number',
  'outcome',
  'failure',
  'startedMs',
  'endedMs',
  'turns',
  'ownMs',
  'ownCostUsd',
  'ownUnpricedCalls',
  'ownTokens',
  'ownEvaluations',
  'activeMs',
  'evaluations',
  'costUsd',
  'tokens',
  'score',
  'scoredBy',
  'values',
  'gain',
  'low',
  'high',
  'version',
  'best',
  'direction',
  'title',
  'reason',
] as const satisfies readonly (keyof AttemptRow)[]

export function packAttempts(rows: readonly AttemptRow[]): Columns<AttemptRow> {
  return toColumns(rows, ATTEMPT_FIELDS)
}

export function unpackAttempts(columns: Columns<AttemptRow>): AttemptRow[] {
  return fromColumns(columns, ATTEMPT_FIELDS)
}

export function packView(view: RunView): PackedView {
  return { ...view, attempts: packAttempts(view.attempts) }
}

export function unpackView(packed: PackedView): RunView {
  return { ...packed, attempts: unpackAttempts(packed.attempts) }
}

/** The view with what has changed. */
export function applyPatch(view: RunView, { sections, versions, attempts }: RunPatch): RunView {
  return {
    ...view,
    ...sections,
    ...(versions === undefined
      ? {}
      : { versions: [...view.versions.slice(0, versions.from), ...versions.rows] }),
    ...(attempts === undefined
      ? {}
      : { attempts: [...view.attempts.slice(0, attempts.from), ...unpackAttempts(attempts.columns)] }),
  }
}
