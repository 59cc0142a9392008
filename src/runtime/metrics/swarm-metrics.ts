// The figures that libp2p and its parts keep of themselves, by their own names, for Prometheus. One of
// these belongs to one libp2p: @libp2p/prometheus-metrics keeps its metrics once for a whole process,
// where a second node clears those of the first (docs/decisions/0029-metrics-of-libp2p.md).
import { createRequire } from 'node:module'
import type {
  CalculateMetric,
  Metrics,
  MultiaddrConnection,
  Stream,
  SummaryOptions,
} from '@libp2p/interface'
import type * as Prometheus from 'prom-client'

// By themselves, as in registry.ts.
const part = createRequire(import.meta.url)
const Counter: typeof Prometheus.Counter = part('prom-client/lib/counter')
const Gauge: typeof Prometheus.Gauge = part('prom-client/lib/gauge')
const Histogram: typeof Prometheus.Histogram = part('prom-client/lib/histogram')
const Registry: typeof Prometheus.Registry = part('prom-client/lib/registry')
const Summary: typeof Prometheus.Summary = part('prom-client/lib/summary')

/** What libp2p asks for, of any kind. */
type Options = Omit<SummaryOptions, 'calculate'> & {
  readonly buckets?: number[]
  readonly calculate?: CalculateMetric<number | Values>
}

/** A number for each label; `true` is one more. */
type Values = Readonly<Partial<Record<string, number | true>>>
type Kind = Prometheus.Gauge | Prometheus.Counter | Prometheus.Histogram | Prometheus.Summary
/** What every kind is declared by; `collect` is called before each reading. */
interface Declaration {
  readonly name: string
  readonly help: string
  readonly registers: Prometheus.Registry[]
  readonly labelNames: string[]
  readonly collect?: () => Promise<void>
}

type Make = (declared: Declaration, options: Options) => Kind

const makers = {
  gauge: (declared) => new Gauge(declared),
  counter: (declared) => new Counter(declared),
  histogram: (declared, { buckets }) =>
    new Histogram({ ...declared, ...(buckets === undefined ? {} : { buckets }) }),
  summary: (declared, options) => new Summary({ ...options, ...declared }),
} as const satisfies Record<string, Make>

type Bytes = 'sent' | 'received'

export class SwarmMetrics implements Metrics {
  readonly #registry = new Registry()
  readonly #byName = new Map<string, Family>()
  /** By what carried them, as `libp2p_data_transfer_bytes_total` tells them. */
  readonly #transferred = new Map<string, number>()

  readonly registerMetric = this.#registers('gauge', false) as Metrics['registerMetric']
  readonly registerMetricGroup = this.#registers('gauge', true) as Metrics['registerMetricGroup']
  readonly registerCounter = this.#registers('counter', false) as Metrics['registerCounter']
  readonly registerCounterGroup = this.#registers(
    'counter',
    true,
  ) as Metrics['registerCounterGroup']
  readonly registerHistogram = this.#registers('histogram', false) as Metrics['registerHistogram']
  readonly registerHistogramGroup = this.#registers(
    'histogram',
    true,
  ) as Metrics['registerHistogramGroup']
  readonly registerSummary = this.#registers('summary', false) as Metrics['registerSummary']
  readonly registerSummaryGroup = this.#registers(
    'summary',
    true,
  ) as Metrics['registerSummaryGroup']

  constructor() {
    this.registerCounterGroup('libp2p_data_transfer_bytes_total', {
      label: 'protocol',
      help: 'Bytes of each protocol, and of whole connections as "global", by direction',
      calculate: () => Object.fromEntries(this.#transferred),
    })
  }

  /** Everything, as of now, in the text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  trackMultiaddrConnection(connection: MultiaddrConnection): void {
    this.#track(connection, 'global')
  }

  trackProtocolStream(stream: Stream): void {
    this.#track(stream, stream.protocol)
  }

  /** We trace nothing. */
  createTrace(): undefined {}

  traceFunction<F>(_name: string, traced: F): F {
    return traced
  }

  /** A listener of messages of our own would have libp2p hand them over before their reader is there. */
  #track(carrier: Pick<Stream, 'send' | 'dispatchEvent'>, name: string): void {
    const { send, dispatchEvent } = carrier
    const count = (way: Bytes, { byteLength }: { readonly byteLength: number }): void => {
      const key = `${name} ${way}`
      this.#transferred.set(key, (this.#transferred.get(key) ?? 0) + byteLength)
    }
    carrier.send = (bytes) => {
      count('sent', bytes)
      return send.call(carrier, bytes)
    }
    carrier.dispatchEvent = (event) => {
      if (event.type === 'message') count('received', (event as Event & { data: Uint8Array }).data)
      return dispatchEvent.call(carrier, event)
    }
  }

  #registers(kind: keyof typeof makers, grouped: boolean) {
    return (name: string, options: Options = {}): Family => {
      // Parts of libp2p that there are several of name the same.
      const before = this.#byName.get(name)
      if (before !== undefined) return before
      const made = new Family(makers[kind], cleaned(name), options, grouped, this.#registry)
      this.#byName.set(name, made)
      return made
    }
  }
}

/** Names and labels have letters, digits and low lines. */
const cleaned = (name: string): string => name.replaceAll(/\W+/g, '_')

/** One metric of any kind, by a label or not: its parts call what fits the kind that they asked for. */
class Family {
  readonly #metric: Kind
  readonly #label: string | undefined

  constructor(
    make: Make,
    name: string,
    { label, help, calculate, ...others }: Options,
    grouped: boolean,
    registry: Prometheus.Registry,
  ) {
    this.#label = grouped ? cleaned(label ?? name) : undefined
    const declared = {
      ...{ name, help: help ?? name, registers: [registry] },
      labelNames: this.#label === undefined ? [] : [this.#label],
    }
    const collected =
      calculate === undefined ? declared : { ...declared, collect: () => this.#recount(calculate) }
    this.#metric = make(collected, others)
  }

  update = (values: number | Values): void =>
    this.#each(values, (labels, value) => (this.#metric as Prometheus.Gauge).set(labels, value))

  increment = (values: number | Values = 1): void =>
    this.#each(values, (labels, value) => (this.#metric as Prometheus.Gauge).inc(labels, value))

  decrement = (values: number | Values = 1): void =>
    this.#each(values, (labels, value) => (this.#metric as Prometheus.Gauge).dec(labels, value))

  observe = (values: number | Values): void =>
    this.#each(values, (labels, value) =>
      (this.#metric as Prometheus.Histogram).observe(labels, value),
    )

  reset = (): void => this.#metric.reset()

  /** @returns what ends it; the seconds between are the figure */
  timer = (key?: string): (() => void) =>
    (this.#metric as Prometheus.Gauge).startTimer(this.#labels(key))

  /** What is told anew stands alone: a protocol that nobody speaks any more is not told. */
  async #recount(calculate: CalculateMetric<number | Values>): Promise<void> {
    const values = await calculate()
    this.#metric.reset()
    if (this.#metric instanceof Counter) this.increment(values)
    else if (this.#metric instanceof Gauge) this.update(values)
    else this.observe(values)
  }

  #each(values: number | Values, note: (labels: Labels, value: number) => void): void {
    if (typeof values === 'number') note({}, values)
    else
      for (const [key, value] of Object.entries(values))
        if (value !== undefined) note(this.#labels(key), Number(value))
  }

  #labels(key: string | undefined): Labels {
    return this.#label === undefined || key === undefined ? {} : { [this.#label]: key }
  }
}

type Labels = Record<string, string>
