// `trustnet trust remove`: withdraws a rating; the entry that says so stays in the Trustchain.
import { BaseCommand } from '../../base-command.ts'
import { renderReceipt } from '../../render/trust.ts'
import { overlayFlag, peerArgument, reasonFlag } from '../../words.ts'

export default class TrustRemove extends BaseCommand {
  static override summary = 'Withdraw a rating of a peer (its history stays).'
  static override args = { peer: peerArgument }
  static override flags = { overlay: overlayFlag, reason: reasonFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustRemove)
    const { overlay, reason } = flags
    const api = await this.api(flags)
    const receipt = await api.rate({
      peer: args.peer,
      value: '0',
      ...(overlay === undefined ? {} : { overlay }),
      ...(reason === undefined ? {} : { reason }),
    })
    this.print(flags, receipt, renderReceipt)
  }
}
