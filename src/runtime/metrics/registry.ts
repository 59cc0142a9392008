// A Prometheus registry made from the catalogue: values are set by declared names and labels only.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { catalogue, type MetricDeclaration, type MetricName } from './catalogue.ts'

type NameOf<Kind> = {
  [N in MetricName]: (typeof catalogue)[N]['kind'] extends Kind ? N : never
}[MetricName]

type Labels = Readonly<Record<string, string>>

export class MetricRegistry {
  readonly #registry = new Registry()
  readonly #metrics = new Map<MetricName, Counter | Gauge | Histogram>()

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
    this.#of<Counter>(name).inc(labels, count)
  }

  /** A counter that is counted elsewhere, by its labels. */
  total(name: NameOf<'counter'>, counts: Iterable<readonly [Labels, number]>): void {
    const metric = this.#of<Counter>(name)
    metric.reset()
    for (const [labels, count] of counts) metric.inc(labels, count)
  }

  set(name: NameOf<'gauge'>, value: number | boolean, labels: Labels = {}): void {
    this.#of<Gauge>(name).set(labels, Number(value))
  }

  observe(name: NameOf<'histogram'>, value: number): void {
    this.#of<Histogram>(name).observe(value)
  }

  /** Everything in the text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #of<M>(name: MetricName): M {
    return this.#metrics.get(name) as M
  }
}
