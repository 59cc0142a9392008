// A Prometheus registry made from the catalogue: values are set by declared names and labels only.
import { createRequire } from 'node:module'
import type * as Prometheus from 'prom-client'
import { catalogue, type MetricDeclaration, type MetricName } from './catalogue.ts'

// Its parts by themselves: the whole brings a push client, a cluster and OpenTelemetry along, which
// every node would load at its start.
const part = createRequire(import.meta.url)
const Counter: typeof Prometheus.Counter = part('prom-client/lib/counter')
const Gauge: typeof Prometheus.Gauge = part('prom-client/lib/gauge')
const Histogram: typeof Prometheus.Histogram = part('prom-client/lib/histogram')
const Registry: typeof Prometheus.Registry = part('prom-client/lib/registry')

type NameOf<Kind> = {
  [N in MetricName]: (typeof catalogue)[N]['kind'] extends Kind ? N : never
}[MetricName]

type Labels = Readonly<Record<string, string>>

export class MetricRegistry {
  readonly #registry = new Registry()
  readonly #metrics = new Map<
    MetricName,
    Prometheus.Counter | Prometheus.Gauge | Prometheus.Histogram
  >()

  constructor() {
    for (const [name, declaration] of Object.entries(catalogue) as [
      MetricName,
      MetricDeclaration,
    ][]) {
      const { kind, help, labels = [], buckets = [] } = declaration
      const common = { name, help, labelNames: [...labels], registers: [this.#registry] }
      const metric =
        kind === 'counter'
          ? new Counter(common)
          : kind === 'gauge'
            ? new Gauge(common)
            : new Histogram({ ...common, buckets: [...buckets] })
      this.#metrics.set(name, metric)
    }
  }

  add(name: NameOf<'counter'>, count = 1, labels: Labels = {}): void {
    this.#of<Prometheus.Counter>(name).inc(labels, count)
  }

  /** A counter that is counted elsewhere, by its labels. */
  total(name: NameOf<'counter'>, counts: Iterable<readonly [Labels, number]>): void {
    const metric = this.#of<Prometheus.Counter>(name)
    metric.reset()
    for (const [labels, count] of counts) metric.inc(labels, count)
  }

  set(name: NameOf<'gauge'>, value: number | boolean, labels: Labels = {}): void {
    this.#of<Prometheus.Gauge>(name).set(labels, Number(value))
  }

  observe(name: NameOf<'histogram'>, value: number): void {
    this.#of<Prometheus.Histogram>(name).observe(value)
  }

  /** Everything in the text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #of<M>(name: MetricName): M {
    return this.#metrics.get(name) as M
  }
}
