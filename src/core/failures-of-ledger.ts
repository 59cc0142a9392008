// Why the ledger refuses a transaction, a block or a genesis: the codes of its refusals with their
// sentences. A refusal that answers a person's own command becomes a Failure of the same code.
import { entry } from './failure-entry.ts'

export interface ByAuthor {
  readonly author: string
}

export const failuresOfLedger = {
  // Genesis
  'genesis/unknown-parameter': entry<{ name: string; known: readonly string[] }>(
    'usage',
    (f) =>
      `The genesis sets "${f.name}", which this version does not know: it knows ${f.known.join(', ')}. Update trustnet, or found the network without it.`,
  ),
  'genesis/bad-parameter': entry<{ name: string; value: number; min: number; max: number }>(
    'usage',
    (f) =>
      `The genesis sets ${f.name} to ${f.value}: give a whole number from ${f.min} to ${f.max}.`,
  ),
  'ledger/damaged': entry<{ why: string }>(
    'failure',
    (f) =>
      `The stored state of the ledger is damaged (${f.why}): move the store away and start again, peers send back what was final.`,
  ),

  // Any transaction
  'transaction/malformed': entry<{ why: string }>(
    'failure',
    (f) => `The transaction cannot be read (${f.why}): its sender's version may be another one.`,
  ),
  'transaction/too-large': entry<{ bytes: number; bytesMax: number }>(
    'failure',
    (f) => `The transaction has ${f.bytes} bytes, ${f.bytesMax} are allowed.`,
  ),
  'transaction/other-chain': entry<{ chainId: string; asked: string }>(
    'failure',
    (f) => `The transaction belongs to network ${f.asked}, this is ${f.chainId}.`,
  ),
  'transaction/bad-signature': entry<ByAuthor>(
    'failure',
    (f) => `The signature is not ${f.author}'s, or it was made for another network.`,
  ),
  'transaction/final': entry<Record<string, never>>(
    'failure',
    () => 'The transaction is final already: a block must not carry it again.',
  ),
  'transaction/number-used': entry<ByAuthor & { number: number; last: number }>(
    'failure',
    (f) =>
      `${f.author} has used number ${f.number} already (the last is ${f.last}): sign it again with a higher one.`,
  ),

  // Authors
  'author/banned': entry<ByAuthor>(
    'failure',
    (f) =>
      `${f.author} is banned: its reputation fell below the ban line. Only better ratings by others lift that.`,
  ),
  'author/frozen': entry<ByAuthor & { seq: number }>(
    'failure',
    (f) =>
      `The Trustchain of ${f.author} is frozen: two different entries number ${f.seq} carry its signature. Start with a new key.`,
  ),
  'author/succeeded': entry<ByAuthor & { successor: string }>(
    'failure',
    (f) =>
      `${f.author} handed its name over to ${f.successor}: what the old key signs counts no more. Run the node with the new key.`,
  ),
  'author/over-quota': entry<ByAuthor & { entries: number; per: 'block' | 'epoch' }>(
    'failure',
    (f) =>
      `${f.author} has made ${f.entries} transactions this ${f.per}, which is its share: wait for the next ${f.per}.`,
  ),
  'author/too-many': entry<{ authors: number }>(
    'failure',
    (f) =>
      `The ledger holds ${f.authors} authors or nodes already and takes no more whom nobody vouches for: let somebody with standing rate this node first.`,
  ),

  // Entries
  'entry/invalid': entry<{ rule: string }>(
    'failure',
    (f) => `The entry breaks a rule of Trustchains (${f.rule}).`,
  ),
  'entry/gap': entry<ByAuthor & { seq: number; next: number }>(
    'failure',
    (f) => `Entry ${f.seq} of ${f.author} is too early: ${f.next} comes next.`,
  ),
  'entry/wrong-link': entry<ByAuthor & { seq: number; finalHash: string }>(
    'failure',
    (f) => `Entry ${f.seq} of ${f.author} does not follow its final entry (${f.finalHash}).`,
  ),
  'entry/wrong-overlay-link': entry<ByAuthor & { seq: number; overlay: string }>(
    'failure',
    (f) => `Entry ${f.seq} of ${f.author} does not name its entry before in ${f.overlay}.`,
  ),
  'entry/contradicts': entry<ByAuthor & { seq: number; hash: string; other: string }>(
    'failure',
    (f) =>
      `${f.author} signed two different entries number ${f.seq} (${f.other} and ${f.hash}): together they are a fork proof, which freezes it.`,
  ),

  // Proofs
  'proof/invalid': entry<{ rule: string }>(
    'failure',
    (f) => `The fork proof proves nothing (${f.rule}).`,
  ),
  'evidence/invalid': entry<{ rule: string }>(
    'failure',
    (f) => `The evidence against a member proves nothing (${f.rule}).`,
  ),
  'evidence/expired': entry<{ height: number; blocksMax: number }>(
    'failure',
    (f) =>
      `The evidence of height ${f.height} comes too late: ${f.blocksMax} blocks back is the limit.`,
  ),

  // Registrations, reports, handovers, roots
  'registration/bad-owner': entry<{ bytesMax: number }>(
    'usage',
    (f) => `An owner's name is one line of up to ${f.bytesMax} bytes without control characters.`,
  ),
  'registration/bad-addresses': entry<{ countMax: number; bytesMax: number }>(
    'usage',
    (f) => `A registration names up to ${f.countMax} addresses of up to ${f.bytesMax} bytes each.`,
  ),
  'report/not-a-member': entry<ByAuthor>(
    'failure',
    (f) => `${f.author} has no seat: only members report what they heard.`,
  ),
  'report/out-of-order': entry<ByAuthor & { page: number; expected: number }>(
    'failure',
    (f) =>
      `${f.author} sent page ${f.page} of its report: ${f.expected} comes next, each node once, ascending, each page once an epoch.`,
  ),
  'ready/not-elected': entry<ByAuthor>(
    'failure',
    (f) => `${f.author} is no newcomer of a handover that is under way.`,
  ),
  'succession/not-on-record': entry<ByAuthor>(
    'failure',
    (f) =>
      `${f.author} is not on record, so it has no name to hand over: let its node run until it is registered, or start with the new key.`,
  ),
  'succession/convicted': entry<ByAuthor>(
    'failure',
    (f) => `${f.author} signed two things as a member: its name stays with its key.`,
  ),
  'succession/election': entry<ByAuthor>(
    'failure',
    (f) =>
      `An election that concerns ${f.author} has not taken effect yet: hand over when its newcomers have their seats ('trustnet committee' shows who is awaited).`,
  ),
  'succession/key-in-use': entry<ByAuthor & { successor: string }>(
    'failure',
    (f) =>
      `${f.successor} is on record or has signed already, so it cannot take over the name of ${f.author}: hand over to a key that was never used.`,
  ),
  'succession/too-soon': entry<ByAuthor>(
    'failure',
    (f) => `${f.author} got its name this very epoch: wait for the next one.`,
  ),
  'succession/too-often': entry<ByAuthor & { handoversMax: number }>(
    'failure',
    (f) =>
      `The name of ${f.author} was handed over ${f.handoversMax} times, which is the most: start with a new key.`,
  ),
  'succession/one-a-block': entry<ByAuthor>(
    'failure',
    (f) => `Another hand-over is in this block: that of ${f.author} waits for the next.`,
  ),
  'roots/wrong-version': entry<{ version: number; expected: number }>(
    'failure',
    (f) => `The change of roots has version ${f.version}: ${f.expected} comes next.`,
  ),
  'roots/no-quorum': entry<{ signed: number; needed: number }>(
    'failure',
    (f) => `${f.signed} roots signed the change, ${f.needed} must.`,
  ),

  // Blocks
  'block/out-of-order': entry<{ height: number; expected: number }>(
    'failure',
    (f) => `The block has height ${f.height}: ${f.expected} comes next.`,
  ),
  'block/time-not-rising': entry<{ time: number; above: number }>(
    'failure',
    (f) => `The block's time ${f.time} is not above that of the block before, ${f.above}.`,
  ),
  'block/too-large': entry<{ bytes: number; count: number }>(
    'failure',
    (f) => `The block carries ${f.count} transactions of ${f.bytes} bytes, which is too much.`,
  ),

  // Snapshots
  'snapshot/does-not-fit': entry<{ why: string }>(
    'failure',
    (f) => `The snapshot is not the state that was offered (${f.why}): take it from another peer.`,
  ),
} as const
