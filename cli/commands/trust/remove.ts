// `trustnet trust remove`: withdraws a rating; the entry that says so stays in the Trustchain.
import { BaseCommand } from '../../base-command.ts'
import { finality } from '../../finality.ts'
import { renderReceipt } from '../../render/trust.ts'
import { overlayFlag, peerArgument, reasonFlag, waitFlag } from '../../words.ts'

export default class TrustRemove extends BaseCommand {
  static override summary = 'Withdraw a rating of a peer (its history stays).'
  static override args = { peer: peerArgument }
  static override flags = { overlay: overlayFlag, reason: reasonFlag, wait: waitFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustRemove)
    const { overlay, reason } = flags
    const { wait, patient } = finality(flags)
    const api = await this.api(patient)
    const receipt = await api.rate({
      peer: args.peer,
      value: '0',
      ...wait,
      ...(overlay === undefined ? {} : { overlay }),
      ...(reason === undefined ? {} : { reason }),
    })
    this.print(flags, receipt, renderReceipt)
  }
}
