import { toMessage } from '../errors.ts'
import type { Journal } from '../journal.ts'
import { readTelemetrySettings } from './settings.ts'

/** Traces and metrics of a run that goes on. */
export interface Telemetry {
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>
}

const NOTHING: Telemetry = { close: async () => undefined }

/**
 * Sends what happens in a run from now on to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names. It listens to the journal and
 * has no say: what can't be sent is told once and dropped. Without such a variable nothing is loaded.
 */
export async function openTelemetry(
  journal: Journal,
  project: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Telemetry> {
  const settings = readTelemetrySettings(environment)
  if (settings === null) return NOTHING
  let isTold = false
  const tell = (text: string): void => {
    if (isTold) return
    isTold = true
    try {
      journal.record({ type: 'notice.given', level: 'warning', text })
    } catch {
      // The run itself finds out that its journal can't be written.
    }
  }
  if (settings.problem !== null) tell(settings.problem)
  if (!settings.traces && !settings.metrics) return NOTHING
  try {
    const { startExport } = await import('./export.ts')
    return startExport(journal, project, settings, (why) => tell(`telemetry can't be sent: ${why}`))
  } catch (error) {
    tell(`telemetry can't be sent: ${toMessage(error)}`)
    return NOTHING
  }
}
