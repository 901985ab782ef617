import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics, ServerLoad } from '../metrics.js'

/** Seconds: from less than a sentence takes to the longest time of a request. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Figures for Prometheus: those of the server, and those of the process (memory, CPU, the delay of the event loop).
 * @example
 * const server = createServer({ models, metrics: prometheusMetrics() })
 */
export function prometheusMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'nerite_requests_total',
    help: 'Requests that were answered or refused',
    labelNames,
    registers,
  })
  const seconds = new Histogram({
    name: 'nerite_request_seconds',
    help: 'Time until the answer was ready; of a stream: until it began',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  })
  const texts = new Counter({
    name: 'nerite_texts_total',
    help: 'Texts that were tagged',
    labelNames: ['model'],
    registers,
  })
  const entities = new Counter({
    name: 'nerite_entities_total',
    help: 'Entities that were found',
    labelNames: ['model'],
    registers,
  })
  return {
    watch: load => watch(load, registry),
    request: ({ method, route, status, seconds: own }) => {
      requests.inc({ method, route, status: String(status) })
      seconds.observe({ method, route }, own)
    },
    tagged: (model, count, found) => {
      texts.inc({ model }, count)
      entities.inc({ model }, found)
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}

const GAUGES: Readonly<Record<keyof ServerLoad, readonly [string, string]>> = {
  requests: ['nerite_requests_open', 'Requests under way'],
  texts: ['nerite_texts_waiting', 'Texts that were accepted and are not tagged yet'],
  characters: ['nerite_characters_waiting', 'Characters of these texts'],
}

function watch(load: () => ServerLoad, registry: Registry): void {
  for (const key of Object.keys(GAUGES) as (keyof ServerLoad)[]) {
    const [name, help] = GAUGES[key]
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(load()[key])
      },
    })
  }
}
