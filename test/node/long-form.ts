// The simulated networks' longer form: TRUSTNET_SIM_NODES sets their size, TRUSTNET_SIM_SEEDS how
// many seeds each runs with. Without them the tests fit into `npm test`.

export interface Form {
  readonly nodes: number
  readonly seeds: readonly number[]
}

const setting = (name: string): number | undefined => {
  const text = process.env[name]
  return text === undefined || text === '' ? undefined : Number(text)
}

/** The sizes of a test: its own, or what the environment asks for. */
export function longForm({ nodes }: { readonly nodes: number }): Form {
  const seeds = setting('TRUSTNET_SIM_SEEDS') ?? 1
  return {
    nodes: setting('TRUSTNET_SIM_NODES') ?? nodes,
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
  }
}
