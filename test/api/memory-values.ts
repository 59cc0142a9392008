// Values of the node in memory: it holds its own, and nobody else has any.

import type {
  GivenValue,
  HeldValuesView,
  ValueReceiptView,
  ValueService,
  ValueView,
} from '../../src/api/value-service.ts'
import { Failure } from '../../src/core/failure.ts'
import type { RingKey } from '../../src/core/id.ts'
import { contentKeyOf, namedKeyOf } from '../../src/core/value-key.ts'
import { textOf } from '../../src/runtime/service/event-view.ts'
import type { Member } from './members.ts'

const named = ({ nodeId, peerId, owner }: Member) => ({ nodeId, peerId, owner })

export class MemoryValues implements ValueService {
  readonly #self: Member
  readonly #held = new Map<RingKey, ValueView>()

  constructor(self: Member) {
    this.#self = self
  }

  async put({ bytes, name, lifeMs = 86_400_000 }: GivenValue): Promise<ValueReceiptView> {
    const key = name === undefined ? contentKeyOf(bytes) : namedKeyOf(this.#self.publicKey, name)
    const about = {
      ...({ key, kind: name === undefined ? 'content' : 'signed', name: name ?? null } as const),
      sequence: name === undefined ? null : (this.#held.get(key)?.sequence ?? 0) + 1,
      ...{ bytes: bytes.length, expiresAt: 1_800_000_000_000 + lifeMs, ms: 1 },
    }
    const base64 = Buffer.from(bytes).toString('base64')
    const author = name === undefined ? null : named(this.#self)
    const counts = { asked: 0, answered: 0, agreeing: 1 }
    this.#held.set(key, { ...about, ...counts, author, text: textOf(bytes), base64 })
    return { ...about, holders: [named(this.#self)], quorum: 1, refused: {} }
  }

  held(after: RingKey | undefined, limit: number): HeldValuesView {
    const keys = [...this.#held.keys()].filter((key) => after === undefined || key > after).sort()
    const page = keys.slice(0, limit).map((key) => this.#held.get(key)!)
    return {
      values: page.map(({ key, kind, name, sequence, bytes, expiresAt, author }) => ({
        ...{ key, kind, name, sequence, bytes, expiresAt, author, holders: [named(this.#self)] },
      })),
      held: this.#held.size,
      heldBytes: [...this.#held.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      next: keys.length > page.length ? (page.at(-1)?.key ?? null) : null,
    }
  }

  async get(key: RingKey): Promise<ValueView> {
    const held = this.#held.get(key)
    if (held === undefined) throw new Failure('value/not-found', { key, asked: 0, answered: 0 })
    return held
  }
}
