// A scenario with every default written out: what the engines run. The schema (schema.ts) reads files,
// presets and `--set` into this; nothing below this type asks whether a value was given.

/** How a graph's ratings come to be where it brings none: of generated and unweighted graphs. */
export type RatingsSpec =
  | {
      readonly kind: 'uniform'
      /** Positive ratings are uniform in [low, high]. */
      readonly low: number
      readonly high: number
      /** Share of the edges that are negative ratings instead, uniform in [-1, -0.1]. */
      readonly negative: number
    }
  | { readonly kind: 'constant'; readonly value: number; readonly negative: number }

export type GraphSpec =
  | {
      readonly kind: 'holme-kim'
      readonly nodes: number
      readonly degree: number
      readonly triads: number
    }
  | { readonly kind: 'barabasi-albert'; readonly nodes: number; readonly degree: number }
  | {
      readonly kind: 'watts-strogatz'
      readonly nodes: number
      readonly degree: number
      readonly rewired: number
    }
  | {
      readonly kind: 'stochastic-blocks'
      readonly nodes: number
      readonly degree: number
      readonly blocks: number
      /** Share of a node's edges that leave its block. */
      readonly between: number
    }
  | { readonly kind: 'ring'; readonly nodes: number; readonly degree: number }
  | { readonly kind: 'complete'; readonly nodes: number }
  /** Nobody rates anybody. */
  | { readonly kind: 'none'; readonly nodes: number }
  | {
      readonly kind: 'file'
      readonly file: string
      readonly format: 'csv' | 'snap' | 'snap-signed' | 'konect' | 'metis'
      /** How signed values become ratings: `linear`, `half`, `sign:0.8`. */
      readonly map: string | undefined
      /** Of a csv with several overlays, the one whose ratings are taken. */
      readonly overlay?: string | undefined
      /** The rating of an edge of an unweighted file. */
      readonly weight: number
      /** Only the largest strongly connected component of the positive edges. */
      readonly core: boolean
      /** Each line counts for both directions (facebook_combined names each friendship once). @default false */
      readonly undirected?: boolean | undefined
    }

/** What liars do: deeds of behaviour.ts, and when. */
export type BehaviourName = 'drop' | 'misroute' | 'false-root' | 'selective' | 'serve'

export interface AttackSpec {
  /** none, droppers, sybil, eclipse, slander, self-promotion, collusion, camouflage, whitewashing, poisoned-join, churn; or './module.js'. */
  readonly kind: string
  readonly [option: string]: unknown
}

export interface RouterSpec {
  /** Of the registry, or './module.js'. */
  readonly name: string
  readonly [option: string]: unknown
}

export interface WorkloadSpec {
  readonly lookups: number
  readonly keys:
    | { readonly kind: 'uniform' }
    | { readonly kind: 'zipf'; readonly exponent: number; readonly distinct: number }
    | { readonly kind: 'victim' }
  /** 'honest': uniform over honest nodes. A number: that person. */
  readonly sources: 'honest' | number
}

/** One scenario without its sweep: one point of the space. */
export interface Scenario {
  readonly name: string
  readonly graph: GraphSpec
  readonly ratings: RatingsSpec
  readonly ids: { readonly kind: 'uniform' | 'clustered' }
  readonly routers: readonly RouterSpec[]
  readonly attack: AttackSpec
  readonly workload: WorkloadSpec
  readonly engine: 'structural' | 'protocol'
  /** Modules of own metrics. */
  readonly metrics: readonly string[]
  /** Seeds of the runs are seed, seed + 1, … */
  readonly seed: number
}

/** A file or preset as read: a scenario and what is varied. */
export interface Plan {
  readonly title: string
  readonly about: string
  readonly scenario: Scenario
  /** Path → values: the Cartesian product is run. */
  readonly sweep: Readonly<Record<string, readonly unknown[]>>
  /** Seeds when `--seeds` is not given. */
  readonly seeds: number
}

/** One row: one router under one point of the sweep with one seed. Resume and manifests go by `index`. */
export interface RunSpec {
  readonly index: number
  readonly scenario: Scenario
  readonly router: RouterSpec
  /** The varied values of this point, by path. */
  readonly params: Readonly<Record<string, unknown>>
  readonly seed: number
}
