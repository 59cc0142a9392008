// What the ledger costs: entries through checking, proposing, judging and applying, and the state
// that they make through restart, snapshot and the end of an epoch. One process; processor time.
// `node bench/ledger.ts [--json] [--nodes N] [--ratings N] [--perBlock N]`
import type { ChainId } from '../src/core/id.ts'
import type { Signer } from '../src/core/signature.ts'
import type { Trust } from '../src/core/trust.ts'
import { signerFrom, verify } from '../src/runtime/ed25519/fastest.ts'
import { type EntryLink, zeroHash } from '../trustchain/entry.ts'
import { Ledger } from '../trustchain/ledger/ledger.ts'
import { makeRegistration } from '../trustchain/ledger/make-transaction.ts'
import { encodeEntryTransaction } from '../trustchain/ledger/transactions.ts'
import type { LedgerGenesis } from '../trustchain/ledger/view.ts'
import { signEntry } from '../trustchain/verify.ts'
import { flagsOf, progress, report, type Series } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '10000' },
  ratings: { type: 'string', default: '100000' },
  perBlock: { type: 'string', default: '500' },
})
const nodes = Number(values.nodes)
const ratings = Number(values.ratings)
const perBlock = Number(values.perBlock)
const chainId = '0123456789abcdef' as ChainId

const signerOf = (n: number): Signer => {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(28, n + 1)
  return signerFrom(seed)
}

/** Processor milliseconds that the work takes: wall time would count the neighbours'. */
function spent(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1_000
}

const signers = Array.from({ length: nodes }, (_, n) => signerOf(n))
const genesisOf = (parameters: Readonly<Record<string, number>>): LedgerGenesis => {
  const members = signers.slice(0, 4).map(({ publicKey }) => publicKey)
  return { chainId, createdAt: 0, members, roots: members, parameters }
}
const ports = { verify, verifyEvidence: () => ({ verdict: 'invalid', rule: 'none' }) as const }
const ledger = new Ledger(ports, genesisOf({ epochBlocks: 1_000_000, snapshotBlocks: 0 }), [])
const store = new Map<string, Uint8Array>()
const took = { check: 0, prepare: 0, process: 0, finalize: 0 }

function finalize(transactions: readonly Uint8Array[]): void {
  took.check += spent(() => {
    for (const one of transactions) ledger.checkTransaction(one)
  })
  const time = ledger.time + 1
  let taken: readonly Uint8Array[] = []
  took.prepare += spent(() => {
    taken = ledger.prepareProposal(transactions, { bytes: 196_608, count: 1_024 }, time)
  })
  if (taken.length !== transactions.length) throw new Error('a transaction was left out')
  const proposer = ledger.committee.members[0]!.nodeId
  const block = { height: ledger.height + 1, time, proposer, transactions: taken, signers: [] }
  took.process += spent(() => {
    const refusal = ledger.processProposal(block)
    if (refusal !== null) throw new Error(JSON.stringify(refusal))
  })
  took.finalize += spent(() => {
    for (const { key, value } of ledger.finalizeBlock(block).writes)
      if (value === null) store.delete(key)
      else store.set(key, value)
  })
}

progress(`${nodes} registrations`)
const registration = { owner: 'bench', addresses: ['/ip4/192.0.2.1/tcp/4001'], willing: true }
for (let n = 0; n < nodes; n += perBlock)
  finalize(
    signers
      .slice(n, n + perBlock)
      .map((signer) => makeRegistration(signer, chainId, 1, registration)),
  )

progress(`${ratings} ratings`)
for (const name of Object.keys(took) as (keyof typeof took)[]) took[name] = 0
const heads: EntryLink[] = signers.map(() => ({ seq: 0, hash: zeroHash }))
let made: Uint8Array[] = []
for (let i = 0; i < ratings; i++) {
  const author = i % nodes
  const round = Math.floor(i / nodes)
  const subject = (author + 1 + ((author * 31 + round * 7_919) % (nodes - 1))) % nodes
  const head = heads[author]!
  const entry = signEntry(signers[author]!, {
    ...{
      chainId,
      seq: head.seq + 1,
      prevHash: head.hash,
      overlay: 'social',
      reason: null,
      time: i,
    },
    prevSameOverlay: head.seq === 0 ? null : head,
    subject: signers[subject]!.publicKey,
    opinion:
      i % 2 === 0
        ? { is: 'trust', value: 700_000 as Trust }
        : { is: 'stars', halves: 6 + (i % 5), category: 'reliability' },
  })
  heads[author] = { seq: entry.seq, hash: entry.hash }
  made.push(encodeEntryTransaction(entry))
  if (made.length === perBlock || i === ratings - 1) {
    finalize(made)
    made = []
  }
}

progress('restart, snapshot, epoch')
const params = { nodes, ratings, perBlock, leaves: store.size }
const series: Series[] = Object.entries(took).map(([name, ms]) => ({
  ...{ name: `${name}, an entry`, unit: 'µs', values: [(ms * 1_000) / ratings], params },
}))
const add = (name: string, ms: number): void => {
  series.push({ name, unit: 'ms', values: [ms], params })
}
let snapshooter: Ledger | undefined
add(
  'restart',
  spent(() => new Ledger(ports, genesisOf({ snapshotBlocks: 0 }), store)),
)
add(
  'restart and take a snapshot',
  spent(() => {
    snapshooter = new Ledger(ports, genesisOf({}), store)
  }),
)
const [offer] = snapshooter!.listSnapshots()
const chunks = Array.from(
  { length: offer!.chunks },
  (_, i) => snapshooter!.loadSnapshotChunk(offer!.height, i)!,
)
const joining = new Ledger(ports, genesisOf({ snapshotBlocks: 0 }), [])
add(
  'apply a snapshot',
  spent(() => joining.applySnapshot(offer!, chunks)),
)
if (joining.stateHash !== ledger.stateHash) throw new Error('the snapshot gave another state')
const ending = new Ledger(
  ports,
  genesisOf({ epochBlocks: 1, epochMs: 0, snapshotBlocks: 0 }),
  store,
)
const proposer = ending.committee.members[0]!.nodeId
const { height, time } = ending
const last = { height: height + 1, time: time + 1, proposer, transactions: [], signers: [] }
add(
  'end an epoch',
  spent(() => ending.finalizeBlock(last)),
)
report(series, values.json)
