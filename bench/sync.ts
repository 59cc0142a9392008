// bench:sync: how a new node joins. A chain with a rating in every block is made, two of its four
// members serve it over libp2p on loopback, and a fresh process joins through an invite by block sync;
// afterwards its home is verified from genesis on.
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Authors } from './consensus/authors.ts'
import { flagsOf, progress } from './report.ts'
import { joinChain, provenWhole } from './sync/join.ts'
import { makeChain } from './sync/make-chain.ts'

const flags = flagsOf({
  blocks: { type: 'string', default: '10000' },
  servers: { type: 'string', default: '2' },
  /** Folder for a profile of the joiner. */
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
})
const blocks = Number(flags.blocks)
const rounded = (n: number): number => Number(n.toPrecision(4))

const folder = await mkdtemp(join(tmpdir(), 'trustnet-sync-'))
try {
  let authors: Authors | undefined
  const chain = await makeChain({
    ...{ folder, members: 4, copies: 2, blocks },
    // None is offered, so that the blocks are what is measured.
    parameters: { snapshotBlocks: 0 },
    transactionsOf: (_, { chainId }) => {
      authors ??= new Authors(chainId, 1_000)
      return [authors.next().transaction]
    },
  })
  progress(`made ${chain.height} blocks; load ${loadavg()[0]}`)
  const joined = await joinChain({
    ...{ chain, folder, servers: Number(flags.servers) },
    execArgv: flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`],
  })
  progress(`joined; load ${loadavg()[0]}`)
  const verified = await provenWhole(joined.joinerHome)
  const answer = {
    ...{ schemaVersion: 1, blocks: joined.height },
    blocksPerSecond: rounded(joined.blocksPerSecond),
    secondsFromStart: rounded(joined.lastAt / 1_000),
    linkedAfterSeconds: rounded(joined.linkedAt / 1_000),
    firstAfterSeconds: rounded(joined.firstAt / 1_000),
    microsecondsPerBlock: {
      main: rounded((joined.mainSeconds * 1e6) / (joined.height - joined.firstHeight)),
      all: rounded((joined.cpuSeconds * 1e6) / (joined.height - joined.firstHeight)),
    },
    cpuSeconds: {
      joiner: rounded(joined.joiner.cpuSeconds),
      servers: joined.servers.map(({ cpuSeconds }) => rounded(cpuSeconds)),
    },
    peakBytes: joined.joiner.peakBytes,
    sameState: joined.stateHash === chain.stateHash,
    verified: verified.ok && verified.height === chain.height,
    load: loadavg().map(rounded),
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
  else
    for (const [name, value] of Object.entries(answer))
      process.stdout.write(`${name}: ${JSON.stringify(value)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
