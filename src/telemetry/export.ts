import type { Meter, MeterProvider as Meters, Tracer } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import type { Journal } from '../journal.ts'
import { packageVersion } from '../package-root.ts'
import { SCHEMA_URL } from './attributes.ts'
import { recordModelCalls } from './model-metrics.ts'
import { watchRequests } from './requests.ts'
import { observeRuns } from './run-metrics.ts'
import type { TelemetrySettings } from './settings.ts'
import { traceRun } from './spans.ts'
import type { Telemetry } from './telemetry.ts'

/** No call to a collector takes longer, and neither does the end of a run on its account. */
const PATIENCE_MS = 3_000
/** What waits for a collector that does not answer: more is dropped. */
const MAX_SPANS_WAITING = 2_048
const USER_AGENT = 'avo-telemetry'

/** Starts both, and what they are sent with. `onFailure` is told why something did not arrive. */
export function startExport(
  journal: Journal,
  project: string,
  { traces, metrics, metricIntervalMs }: TelemetrySettings,
  onFailure: (why: string) => void,
): Telemetry {
  const resource = describeService()
  const requests = watchRequests(USER_AGENT)
  const stops = [
    ...(traces ? [startTraces(journal, project, resource, onFailure)] : []),
    ...(metrics ? [startMetrics(journal, project, resource, metricIntervalMs, onFailure)] : []),
  ]
  return {
    async close() {
      let patience: NodeJS.Timeout | undefined
      const waited = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, PATIENCE_MS)
      })
      await Promise.race([Promise.allSettled(stops.map((stop) => stop())), waited])
      clearTimeout(patience)
      requests.end()
    },
  }
}

/** Who sends it: `avo`, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise. */
function describeService(): Resource {
  const own = resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'avo', [ATTR_SERVICE_VERSION]: packageVersion() })
  return own.merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }))
}

type Stop = () => Promise<void>

function startTraces(
  journal: Journal,
  project: string,
  resource: Resource,
  onFailure: (why: string) => void,
): Stop {
  const exporter = telling(new OTLPTraceExporter(sending()), onFailure)
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: MAX_SPANS_WAITING,
    exportTimeoutMillis: PATIENCE_MS,
  })
  const provider = new TracerProvider({ resource, spanProcessors: [processor] })
  const end = traceRun(journal, project, toTracer(provider))
  return () => {
    end()
    return provider.shutdown()
  }
}

function startMetrics(
  journal: Journal,
  project: string,
  resource: Resource,
  intervalMs: number,
  onFailure: (why: string) => void,
): Stop {
  const exporter = telling(new OTLPMetricExporter(sending()), onFailure)
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, PATIENCE_MS),
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = toMeter(provider)
  observeRuns(meter, () => [{ project, state: journal.state, isRunning: true }])
  const unsubscribe = recordModelCalls(journal, project, meter)
  return () => {
    unsubscribe()
    return provider.shutdown()
  }
}

function toTracer(provider: TracerProvider): Tracer {
  return provider.getTracer('avo', packageVersion(), { schemaUrl: SCHEMA_URL })
}

function toMeter(provider: Meters): Meter {
  return provider.getMeter('avo', packageVersion(), { schemaUrl: SCHEMA_URL })
}

function sending(): { readonly timeoutMillis: number; readonly userAgent: string } {
  return { timeoutMillis: PATIENCE_MS, userAgent: USER_AGENT }
}

/** What an exporter says about a batch. */
interface Exporter<Batch> {
  export(batch: Batch, done: (result: { readonly code: number; readonly error?: Error }) => void): void
}

/** The same exporter, which also says why a batch did not arrive. */
function telling<Batch, Kind extends Exporter<Batch>>(
  exporter: Kind,
  onFailure: (why: string) => void,
): Kind {
  const send = exporter.export.bind(exporter)
  exporter.export = (batch, done) =>
    send(batch, (result) => {
      if (result.error !== undefined) onFailure(result.error.message)
      done(result)
    })
  return exporter
}
