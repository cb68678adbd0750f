import { z } from 'zod'
import type { Version } from '../lineage.ts'
import type { ConfigurationChange, Evidence, Interval } from '../measurement.ts'
import { renderGain, renderPercent } from '../text.ts'

/** The trailers that say how a gain was measured. Like the gain, they keep what is shown. */
export const evidenceSchema = z.object({
  'Avo-Rounds': z.coerce.number().int().positive().optional(),
  'Avo-Z': z.coerce.number().optional(),
  'Avo-Worst': z.string().transform(parseChange).optional(),
  'Avo-Held': z.string().transform(parseChange).optional(),
  'Avo-Unconfirmed': z.literal('yes').optional(),
})

/** The value of `Avo-Gain`: `+3.4% [+2.1%, +4.6%]`. */
export function renderMeasuredGain(gain: number, evidence: Evidence | undefined): string {
  return renderGain(gain, evidence?.interval ?? null)
}

/** The other trailers of the evidence; none for the seed. */
export function renderEvidence(evidence: Evidence | undefined): readonly string[] {
  if (evidence === undefined) return []
  const { rounds, z, worst, held, unconfirmed } = evidence
  return [
    `Avo-Rounds: ${rounds}`,
    ...(z === null ? [] : [`Avo-Z: ${z.toFixed(1)}`]),
    `Avo-Worst: ${renderChange(worst)}`,
    ...(held === null ? [] : [`Avo-Held: ${renderChange(held)}`]),
    ...(unconfirmed ? ['Avo-Unconfirmed: yes'] : []),
  ]
}

/** Reads the evidence back; nothing where a version has none. */
export function toEvidence(
  gain: string | undefined,
  facts: z.output<typeof evidenceSchema>,
): Pick<Version, 'evidence'> {
  const { 'Avo-Rounds': rounds, 'Avo-Worst': worst } = facts
  if (rounds === undefined || worst === undefined) return {}
  return {
    evidence: {
      rounds,
      interval: parseInterval(gain ?? ''),
      z: facts['Avo-Z'] ?? null,
      worst,
      held: facts['Avo-Held'] ?? null,
      unconfirmed: facts['Avo-Unconfirmed'] !== undefined,
    },
  }
}

/** Reads `+3.4%` and `+1,200%` as fractions. */
export function parsePercent(text: string): number {
  return Number.parseFloat(text.replaceAll(',', '')) / 100
}

function renderChange({ configuration, change }: ConfigurationChange): string {
  return `${JSON.stringify(configuration)} ${renderPercent(change)}`
}

function parseChange(text: string): ConfigurationChange {
  const [, name, change] = /^(".*") ([+-][\d,.]+%)$/.exec(text) ?? []
  return { configuration: z.string().parse(JSON.parse(name ?? '')), change: parsePercent(change ?? '') }
}

function parseInterval(gain: string): Interval | null {
  const [, low, high] = /\[([+-][\d,.]+%), ([+-][\d,.]+%)\]$/.exec(gain) ?? []
  return low === undefined || high === undefined ? null : { low: parsePercent(low), high: parsePercent(high) }
}
