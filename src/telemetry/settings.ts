/** What the person has set of OpenTelemetry's variables: what is to be sent, and how often. */
export interface TelemetrySettings {
  readonly traces: boolean
  readonly metrics: boolean
  /** Between two exports of the metrics. */
  readonly metricIntervalMs: number
  /** Why something that is wanted can't be had; null where nothing is missing. */
  readonly problem: string | null
}

const METRIC_INTERVAL_MS = 60_000

/**
 * Reads the variables that decide whether there is anything to do; addresses, headers, compression, certificates, service name and
 * resource attributes are read by the SDK. Null where nothing is to be sent, which is so unless an endpoint is named.
 */
export function readTelemetrySettings(environment: NodeJS.ProcessEnv): TelemetrySettings | null {
  const read = (name: string): string => environment[name]?.trim() ?? ''
  if (read('OTEL_SDK_DISABLED').toLowerCase() === 'true') return null
  const isWanted = (signal: 'TRACES' | 'METRICS'): boolean =>
    (read('OTEL_EXPORTER_OTLP_ENDPOINT') || read(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`)) !== '' &&
    read(`OTEL_${signal}_EXPORTER`).toLowerCase() !== 'none'
  const speaksGrpc = (signal: 'TRACES' | 'METRICS'): boolean =>
    (read(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) || read('OTEL_EXPORTER_OTLP_PROTOCOL')) === 'grpc'
  const [traces, metrics] = [isWanted('TRACES'), isWanted('METRICS')]
  if (!traces && !metrics) return null
  const interval = Number(read('OTEL_METRIC_EXPORT_INTERVAL'))
  const isGrpc = (traces && speaksGrpc('TRACES')) || (metrics && speaksGrpc('METRICS'))
  return {
    traces: traces && !speaksGrpc('TRACES'),
    metrics: metrics && !speaksGrpc('METRICS'),
    metricIntervalMs: interval > 0 ? interval : METRIC_INTERVAL_MS,
    problem: isGrpc
      ? 'telemetry is not sent: OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and avo speaks OTLP over HTTP alone (http/json, as a rule on port 4318)'
      : null,
  }
}
