import type { Version, VersionRecord } from '../../src/lineage.ts'

/** What the harness would say about a version; each test names what matters to it. */
export function record(changes: Partial<VersionRecord> = {}): VersionRecord {
  return {
    score: { correct: true, value: 1.5, scores: [{ configuration: 'n=1e3', value: 1.5 }] },
    gain: 0.034,
    attempt: 1,
    scorer: 'sha256:abc',
    costUsd: 0.42,
    ...changes,
  }
}

export function version(number: number, changes: Partial<Version> = {}): Version {
  return {
    number,
    commit: String(number).repeat(40).slice(0, 40),
    tree: String(number).repeat(40).slice(0, 40),
    summary: `version ${number}`,
    committedAt: '2026-01-01T00:00:00.000Z',
    ...record({ attempt: number }),
    ...changes,
  }
}
