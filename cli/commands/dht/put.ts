// `trustnet dht put`: a small value on the nodes nearest its key.
import * as Flags from '@oclif/core/flags'
import { utf8 } from '../../../src/core/bytes.ts'
import { Failure } from '../../../src/core/failure.ts'
import { contentKeyOf } from '../../../src/core/value-key.ts'
import { BaseCommand } from '../../base-command.ts'
import { lifeFrom } from '../../duration.ts'
import { payloadOf } from '../../payload.ts'
import { renderReceipt } from '../../render/values.ts'
import { textArgument } from '../../words.ts'

export default class DhtPut extends BaseCommand {
  static override summary = 'Put a value on the nodes nearest its key, and print the key.'
  static override description =
    'Without --name the key is the hash of the value, so it can never be changed. With --name it is signed with the key of the node, and putting it again replaces it.'
  static override examples = [
    '<%= config.bin %> dht put "see you at eight"',
    '<%= config.bin %> dht put --name profile - < profile.json',
    '<%= config.bin %> dht put --name news --expires 2d "back on Monday"',
  ]
  static override args = { text: textArgument }
  static override flags = {
    name: Flags.string({ description: 'sign it under this name', helpValue: 'NAME' }),
    expires: Flags.string({
      description: 'how long it lives: 90s, 30m, 1h or 7d at most [default: 1d]',
      helpValue: 'TIME',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DhtPut)
    if (flags.name !== undefined) await judgeName(flags.name)
    const expires = flags.expires === undefined ? {} : { expires: lifeFrom(flags.expires) }
    const payload = await payloadOf(args.text)
    const bytes = 'text' in payload ? utf8(payload.text) : Buffer.from(payload.base64, 'base64')
    const api = await this.api(flags)
    const key = flags.name ?? contentKeyOf(bytes)
    const receipt = await api.putValue({ key, ...payload, ...expires })
    this.print(flags, receipt, () => receipt.key)
    if (!flags.json) this.remark(renderReceipt(receipt))
  }
}

/**
 * The API knows names and keys as one field, and of a name that is far too long would speak of the key.
 *
 * @throws Failure `value/bad-name`
 */
async function judgeName(name: string): Promise<void> {
  const { valueNameBytesMax: max } = await import('../../../overlay/values/limits.ts')
  const bytes = utf8(name).length
  if (bytes > max) throw new Failure('value/bad-name', { bytes, max })
}
