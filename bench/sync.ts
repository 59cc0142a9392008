// bench:sync: how a new node joins. Chains are made, members serve them over libp2p on loopback, and a
// fresh process joins through an invite:
//   by blocks     a rating in every block; afterwards the joiner's home is verified from genesis on
//   by snapshot   a state of many nodes and ratings (--snapshot)
// and a light client skips to the tip of the first chain.
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyStoredChain } from '../src/runtime/chain/verify-stored.ts'
import { Authors } from './consensus/authors.ts'
import { flagsOf, progress } from './report.ts'
import { joinChain } from './sync/join.ts'
import { skipToTip } from './sync/light.ts'
import { makeChain } from './sync/make-chain.ts'
import { Population } from './sync/population.ts'

const flags = flagsOf({
  blocks: { type: 'string', default: '10000' },
  servers: { type: 'string', default: '2' },
  snapshot: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '10000' },
  ratings: { type: 'string', default: '100000' },
  /** Folder for a profile of the joiner. */
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
})
const rounded = (n: number): number => Number(n.toPrecision(4))
const execArgv =
  flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`]
const load = (): number => rounded(loadavg()[0]!)

async function byBlocks(folder: string): Promise<object> {
  let authors: Authors | undefined
  const chain = await makeChain({
    ...{ folder, members: 4, copies: 2, blocks: Number(flags.blocks) },
    // None is offered, so that the blocks are what is measured.
    parameters: { snapshotBlocks: 0 },
    transactionsOf: (_, { chainId }) => {
      authors ??= new Authors(chainId, 1_000)
      return [authors.next().transaction]
    },
  })
  progress(`made ${chain.height} blocks; load ${load()}`)
  const joined = await joinChain({ chain, folder, servers: Number(flags.servers), execArgv })
  const loadThen = load()
  progress(`joined; load ${loadThen}`)
  const verified = await verifyStoredChain(joined.joinerHome)
  const light = await skipToTip(chain.homes[0]!)
  const applied = joined.height - joined.firstHeight
  return {
    blocks: joined.height,
    blocksPerSecond: rounded(joined.blocksPerSecond),
    secondsFromStart: rounded(joined.lastAt / 1_000),
    linkedAfterSeconds: rounded(joined.linkedAt / 1_000),
    firstAfterSeconds: rounded(joined.firstAt / 1_000),
    microsecondsPerBlock: {
      main: rounded((joined.mainSeconds * 1e6) / applied),
      all: rounded((joined.cpuSeconds * 1e6) / applied),
    },
    cpuSeconds: {
      joiner: rounded(joined.joiner.cpuSeconds),
      servers: joined.servers.map(({ cpuSeconds }) => rounded(cpuSeconds)),
    },
    peakBytes: joined.joiner.peakBytes,
    sameState: joined.stateHash === chain.stateHash,
    verified: verified.ok && verified.height === chain.height,
    light: { ...light, milliseconds: rounded(light.milliseconds) },
    load: loadThen,
  }
}

async function bySnapshot(folder: string): Promise<object> {
  const plan = {
    ...{ nodes: Number(flags.nodes), ratings: Number(flags.ratings) },
    blocks: Math.min(Number(flags.blocks), 2_100),
  }
  let population: Population | undefined
  const chain = await makeChain({
    // Three of four are a quorum: a snapshot is offered once a block stands above it.
    ...{ folder, members: 4, copies: 3, blocks: plan.blocks },
    transactionsOf: (height, { chainId }) => {
      population ??= new Population(chainId, plan)
      return population.at(height)
    },
  })
  progress(`made ${chain.height} blocks; load ${load()}`)
  const joined = await joinChain({ chain, folder, servers: 3, above: 1, execArgv })
  const { restored } = joined
  return {
    ...{ nodes: plan.nodes, ratings: plan.ratings },
    seconds: restored && rounded((restored.at - joined.linkedAt) / 1_000),
    secondsFromStart: restored && rounded(restored.at / 1_000),
    height: restored?.height ?? null,
    sameState: restored?.stateHash === chain.stateHash,
    cpuSeconds: rounded(joined.joiner.cpuSeconds),
    peakBytes: joined.joiner.peakBytes,
    load: load(),
  }
}

const folder = await mkdtemp(join(tmpdir(), 'trustnet-sync-'))
try {
  const measured = flags.snapshot ? await bySnapshot(folder) : await byBlocks(folder)
  const answer = { schemaVersion: 1, ...measured }
  if (flags.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
  else
    for (const [name, value] of Object.entries(answer))
      process.stdout.write(`${name}: ${JSON.stringify(value)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
