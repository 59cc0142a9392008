// Mutated wire messages for the exchange: whatever comes, decoding says a verdict, and what it
// accepts encodes to the same bytes and leaves a machine standing. Used by codec.test.ts for a quick
// run and by longer runs elsewhere; the seed replays a run.
import { concatBytes, equalBytes, hex } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { decodeTrustchainMessage, encodeTrustchainMessage } from '../../trustchain/codec.ts'
import { HeadsDigest } from '../../trustchain/digest.ts'
import { TrustchainMachine } from '../../trustchain/exchange.ts'
import { forkProofOf } from '../../trustchain/fork-proof.ts'
import type { Head, TrustchainMessage } from '../../trustchain/message.ts'
import { logOf } from './authoring.ts'
import { chainId, signerOf } from './pump.ts'

/** One message of every kind. */
export function exampleMessages(): readonly TrustchainMessage[] {
  const log = logOf(signerOf(7), 4, ['social', 'speed'])
  const branch = logOf(signerOf(7), 4, ['social'], log.slice(0, 2), 99)
  const { authorId: author, seq, hash } = log[3]!
  const head: Head = { author, seq, hash, forkedAt: 0 }
  const forked: Head = { author: 'ff'.repeat(16) as NodeId, seq: 2, hash, forkedAt: 3 }
  const quote = (): Head => head
  const digest = new HeadsDigest(quote)
  digest.touch(author)
  const buckets = digest.differing(new Uint8Array(1_024))
  return [
    { say: 'entries', answers: 0, rest: 'none', entries: log },
    { say: 'entries', answers: 3, rest: 'more', entries: branch.slice(2) },
    { say: 'entries', answers: 4, rest: 'later', entries: [] },
    { say: 'digest', buckets: digest.digest() },
    { say: 'next-heads', buckets: [0, 5, 63], after: author },
    { say: 'heads', buckets, after: null, heads: [head, forked], more: false },
    { say: 'ahead', heads: [head, forked] },
    { say: 'range', request: 1, wanted: [{ author, from: 1, to: 9 }], overlay: null },
    { say: 'range', request: 2, wanted: [{ author, from: 2, to: 2 }], overlay: 'social' },
    { say: 'own-head', nonce: 12 },
    { say: 'own-head-answer', nonce: 12, head },
    { say: 'own-head-answer', nonce: 13, head: null },
    { say: 'fork-proof', proof: forkProofOf(log[2]!, branch[2]!) },
  ]
}

/** What a run saw. */
export interface FuzzOutcome {
  readonly runs: number
  readonly accepted: number
  /** Refusals by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/**
 * Mutates example messages `runs` times, decodes each and feeds what is accepted to a machine.
 *
 * @throws Error naming the bytes when decoding throws, accepts a second spelling, or the machine throws
 */
export function fuzzTrustchainMessages(runs: number, seed: number): FuzzOutcome {
  const random = seededRandom(seed)
  const seeds = exampleMessages().map(encodeTrustchainMessage)
  const peer = logOf(signerOf(3), 1)[0]!.authorId
  const machine = new TrustchainMachine(
    // The mutants' signatures are all false; accepting every second one exercises what lies behind.
    { verify: () => random.below(2) === 0, signer: signerOf(1), random, neighbours: () => [peer] },
    { chainId, entriesHeldMax: 5_000, authorsMax: 500 },
  )
  machine.step({ on: 'start' }, 0)
  const refused: Record<string, number> = {}
  let accepted = 0
  for (let run = 0; run < runs; run++) {
    const bytes = mutated(seeds, random)
    try {
      const decoded = decodeTrustchainMessage(bytes, chainId)
      if (!decoded.ok) {
        refused[decoded.why] = (refused[decoded.why] ?? 0) + 1
        continue
      }
      accepted += 1
      if (!equalBytes(encodeTrustchainMessage(decoded.message), bytes))
        throw new Error('accepted a second spelling')
      for (const effect of machine.step(
        { on: 'message', from: peer, message: decoded.message },
        run,
      ))
        if (effect.do === 'send') encodeTrustchainMessage(effect.message)
      if (run % 64 === 0) machine.step({ on: 'timer', timer: 'trustchain/requests' }, run)
    } catch (error) {
      throw new Error(`seed ${seed}, run ${run}, bytes ${hex(bytes)}`, { cause: error })
    }
  }
  return { runs, accepted, refused }
}

function mutated(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = random.pick(seeds)!
  // Half of the mutants keep a sound frame (tag and length), so that more get past it.
  const tag = random.below(2) === 0 ? bytes.subarray(0, 1) : undefined
  if (tag) bytes = bytes.subarray(bytes[1]! < 128 ? 2 : 3)
  for (let times = 1 + random.below(3); times > 0; times--) bytes = mutateOnce(bytes, seeds, random)
  if (tag === undefined) return bytes
  const { length } = bytes
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
  return concatBytes([tag, Uint8Array.from(prefix), bytes])
}

function mutateOnce(bytes: Uint8Array, seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  switch (random.below(7)) {
    case 0: {
      const flipped = bytes.slice()
      if (at < flipped.length) flipped[at]! ^= 1 << random.below(8)
      return flipped
    }
    case 1: {
      const set = bytes.slice()
      if (at < set.length) set[at] = random.below(256)
      return set
    }
    case 2:
      return bytes.slice(0, at)
    case 3:
      return concatBytes([bytes.subarray(0, at), random.bytes(random.below(9)), bytes.subarray(at)])
    case 4: {
      const until = Math.min(bytes.length, at + random.below(40))
      return concatBytes([bytes.subarray(0, at), bytes.subarray(until)])
    }
    case 5: {
      const until = Math.min(bytes.length, at + random.below(200))
      return concatBytes([bytes.subarray(0, until), bytes.subarray(at)])
    }
    default: {
      const other = random.pick(seeds)!
      return concatBytes([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))])
    }
  }
}
