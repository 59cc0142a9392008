// Where a member's processor time goes: V8's samples of one member under load, each counted to the
// first kind of work that its stack names. Waiting is left out; the collector's helper threads, RocksDB's
// and libuv's are not in it, since the profiler samples the main thread.
import type { Profiler } from 'node:inspector'

/** Tried in this order on every frame of a stack: what signatures cost counts there, whoever asked for them. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['signatures', /sodium-native|runtime\/ed25519|core\/ed25519/],
  ['state tree', /core\/(authenticated-map|radix-tree)/],
  ['ledger: decode, check, apply', /trustchain\/(ledger|entry-codec|verify)/],
  ['store', /runtime\/store|node_modules\/rocksdb/],
  ['network', /runtime\/transport|@libp2p|@chainsafe|node:net|stream_base_commons/],
  ['Trustchains', /trustchain\//],
  ['pool and spread', /consensus\/(pool|spread|waiting-room|assembly)/],
  ['codecs of messages', /bufbuild|\/codec/],
  ['engine, votes, blocks', /consensus\//],
  ['the benchmark', /test\/live\/cluster|child_process/],
]

/** Kind of work → share of the time that was not idle, largest first, to a tenth of a per cent. */
export function sharesOf(profile: Profiler.Profile): Readonly<Record<string, number>> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const above = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])),
  )
  const kindOf = (id: number): string => {
    const stack: string[] = []
    for (let at: number | undefined = id; at !== undefined; at = above.get(at)) {
      const { functionName, url } = nodes.get(at)!.callFrame
      stack.push(`${functionName} ${url}`)
    }
    const [own = ''] = stack
    if (own.startsWith('(idle)')) return 'idle'
    if (own.startsWith('(garbage collector)')) return 'garbage, on the main thread'
    return (
      kinds.find(([, pattern]) => stack.some((frame) => pattern.test(frame)))?.[0] ?? 'the rest'
    )
  }
  const spent = new Map<string, number>()
  const { samples = [], timeDeltas = [] } = profile
  samples.forEach((id, i) => {
    const kind = kindOf(id)
    spent.set(kind, (spent.get(kind) ?? 0) + Math.max(0, timeDeltas[i]!))
  })
  spent.delete('idle')
  const all = [...spent.values()].reduce((sum, one) => sum + one, 0)
  return Object.fromEntries(
    [...spent]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, time]) => [kind, Math.round((1_000 * time) / all) / 1_000]),
  )
}
