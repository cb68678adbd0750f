import type { ObservedRun } from './run-metrics.ts'

/** The type that the text is sent with. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The metrics of some runs as Prometheus reads them (text format 0.0.4): the same names as those that OpenTelemetry is sent, with
 * underscores. The labels `avo_project` and `avo_run_id` tell the runs apart. What that takes is loaded when it is first asked for.
 */
export async function renderMetrics(runs: readonly ObservedRun[]): Promise<string> {
  const [{ MeterProvider }, { PrometheusExporter, PrometheusSerializer }, { observeRuns }] =
    await Promise.all([
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/exporter-prometheus'),
      import('./run-metrics.ts'),
    ])
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [reader] })
  observeRuns(provider.getMeter('avo'), () => runs)
  const { resourceMetrics } = await reader.collect()
  await provider.shutdown()
  return `${new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics).trimEnd()}\n`
}
