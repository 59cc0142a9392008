// Keyed values of a live node, as the API tells of them.
import type { GetAnswer, PutAnswer } from '../../../overlay/values/message.ts'
import type {
  GivenValue,
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

  /** @param ask a command of the machine; its refusal is thrown as a Failure */
  constructor(ask: <T>(command: NodeCommand) => Promise<T>, names: Names) {
    this.#ask = ask
    this.#names = names
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
