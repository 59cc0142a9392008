// The last thing that this node signed as a member: its key `signed` stands beside the write-ahead
// log and is written with it. Nothing earlier is ever signed again, and nothing different for the
// same height, round and step, whatever became of the log (a restored backup, a bug in the replay).
import { equalBytes } from '../src/core/bytes.ts'
import { roundMax } from '../src/core/limits.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Signer } from '../src/core/signature.ts'
import type { Step } from './driver-io.ts'
import type { Height, Round } from './vote.ts'
import { ByteReader, ByteWriter, framed, unframed } from './wal-bytes.ts'

export const signedKey = 'signed'

/** Where in the algorithm something is signed: a proposal in step propose, a vote in the step of its kind. */
export interface SignedPlace {
  readonly height: Height
  readonly round: Round
  readonly step: Step
}

interface Signed extends SignedPlace {
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

const steps: readonly Step[] = ['propose', 'prevote', 'precommit']

/** Negative: a is earlier; 0: the same place. */
const compare = (a: SignedPlace, b: SignedPlace): number =>
  a.height - b.height || a.round - b.round || steps.indexOf(a.step) - steps.indexOf(b.step)

export class LastSigned {
  #last: Signed | null
  #changed = false

  /** @throws SignedCorrupt when the record is there and cannot be read */
  constructor(stored: Uint8Array | undefined) {
    this.#last = stored === undefined ? null : decode(stored)
  }

  get place(): SignedPlace | null {
    return this.#last
  }

  /**
   * The signature of a message at its place: a new one, or the earlier one of this very message;
   * undefined when something later, or something else there, was signed before.
   */
  sign(signer: Signer, place: SignedPlace, message: Uint8Array): Uint8Array | undefined {
    const order = this.#last === null ? 1 : compare(place, this.#last)
    if (order < 0) return undefined
    if (order === 0)
      return equalBytes(this.#last!.message, message) ? this.#last!.signature : undefined
    const signature = signer.sign(message)
    this.#last = { ...place, message, signature }
    this.#changed = true
    return signature
  }

  /** What the log says was signed: a log may be ahead of this record when the write of both was torn. */
  observe(place: SignedPlace, message: Uint8Array, signature: Uint8Array): void {
    if (this.#last !== null && compare(place, this.#last) <= 0) return
    this.#last = { ...place, message, signature }
    this.#changed = true
  }

  /**
   * Passes over whatever is left of a height, for good: as if its very last word had been said, which
   * no message equals.
   */
  abstain(height: Height): void {
    const end = { height, round: roundMax, step: 'precommit' } as const
    this.observe(end, new Uint8Array(0), new Uint8Array(64))
  }

  /** The write that makes it durable; nothing when it is. Must not be dropped. */
  writes(): readonly StoreWrite[] {
    if (!this.#changed || this.#last === null) return []
    this.#changed = false
    return [{ key: signedKey, value: encode(this.#last) }]
  }
}

/** The record of what was signed last cannot be read: signing on might contradict it. */
export class SignedCorrupt extends Error {
  constructor() {
    super(
      'the record of what this node signed last (store key "signed") is damaged: it must not sign again with this key before the network has passed the height that it signed last; restore the store from the time of its stop, or give the node a new key',
    )
    this.name = 'SignedCorrupt'
  }
}

const encode = ({ height, round, step, message, signature }: Signed): Uint8Array =>
  framed(
    new ByteWriter()
      .u64(height)
      .u32(round)
      .u8(steps.indexOf(step))
      .bytes(signature)
      .bytes(message)
      .done(),
  )

function decode(stored: Uint8Array): Signed {
  const payload = unframed(stored)
  if (payload === undefined) throw new SignedCorrupt()
  const reader = new ByteReader(payload)
  const [height, round, step] = [reader.u64(), reader.u32(), steps[reader.u8()]]
  const signature = reader.bytes(64)
  const message = reader.bytes(reader.left)
  if (!reader.complete || step === undefined) throw new SignedCorrupt()
  return { height, round, step, message, signature }
}
