// Keyed values of a live node, as the API tells of them.
import type { GetAnswer, PutAnswer } from '../../../overlay/values/message.ts'
import type { ValuesMachine } from '../../../overlay/values/values-machine.ts'
import type {
  GivenValue,
  HeldValuesView,
  ValueReceiptView,
  ValueService,
  ValueView,
} from '../../api/value-service.ts'
import type { RingKey } from '../../core/id.ts'
import type { NodeCommand } from '../../node/node-ports.ts'
import { textOf } from './event-view.ts'
import type { Names } from './names.ts'

export class LiveValues implements ValueService {
  readonly #ask: <T>(command: NodeCommand) => Promise<T>
  readonly #names: Names
  readonly #machine: ValuesMachine

  /** @param ask a command of the machine; its refusal is thrown as a Failure */
  constructor(ask: <T>(command: NodeCommand) => Promise<T>, names: Names, machine: ValuesMachine) {
    this.#ask = ask
    this.#names = names
    this.#machine = machine
  }

  held(after: RingKey | undefined, limit: number): HeldValuesView {
    const { shelf, holders } = this.#machine
    const now = Date.now()
    const keys = shelf
      .keys()
      .filter((key) => after === undefined || key > after)
      .sort()
    const page = keys.slice(0, limit)
    return {
      values: page.flatMap((key) => {
        const value = shelf.get(key, now)
        if (value === undefined) return []
        const isSigned = value.is === 'signed'
        return {
          ...{ key, kind: value.is, bytes: value.bytes.length, expiresAt: value.expiresAt },
          name: isSigned ? value.name : null,
          sequence: isSigned ? value.sequence : null,
          author: isSigned ? this.#names.name(value.author) : null,
          holders: holders(key).map((holder) => this.#names.name(holder)),
        }
      }),
      ...{ held: shelf.size, heldBytes: shelf.bytes },
      next: keys.length > page.length ? (page.at(-1) ?? null) : null,
    }
  }

  async put({ bytes, name, lifeMs }: GivenValue): Promise<ValueReceiptView> {
    const receipt = await this.#ask<PutAnswer>({
      ...{ command: 'put-value', bytes },
      ...(name === undefined ? {} : { name }),
      ...(lifeMs === undefined ? {} : { life: lifeMs }),
    })
    return { ...receipt, holders: receipt.holders.map((holder) => this.#names.name(holder)) }
  }

  async get(key: RingKey): Promise<ValueView> {
    const found = await this.#ask<GetAnswer>({ command: 'get-value', key })
    const { bytes, author } = found
    return {
      ...found,
      bytes: bytes.length,
      author: author === null ? null : this.#names.name(author),
      text: textOf(bytes),
      base64: Buffer.from(bytes).toString('base64'),
    }
  }
}
