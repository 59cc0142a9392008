// `trustnet trust set`: signs a rating into the Trustchain of the running node.
import * as Args from '@oclif/core/args'
import { parseTrust } from '../../../src/core/trust.ts'
import { BaseCommand } from '../../base-command.ts'
import { finality } from '../../finality.ts'
import { renderReceipt } from '../../render/trust.ts'
import { overlayFlag, peerArgument, reasonFlag, waitFlag, withLeadingZero } from '../../words.ts'

export default class TrustSet extends BaseCommand {
  static override summary =
    'Rate a peer: from -1 (never connect) over 0 (withdraw) to 1 (full trust).'
  static override examples = [
    '<%= config.bin %> trust set anna 0.9',
    '<%= config.bin %> trust set 12D3KooW… -0.5 --overlay social --reason "sent spam"',
    '<%= config.bin %> trust set anna 0.9 --wait --timeout 10',
  ]
  static override args = {
    peer: peerArgument,
    value: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'a plain decimal in [-1, 1] with at most 6 decimals',
    }),
  }
  static override flags = { overlay: overlayFlag, reason: reasonFlag, wait: waitFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustSet, withLeadingZero(this.argv))
    parseTrust(args.value)
    const { overlay, reason } = flags
    const { wait, patient } = finality(flags)
    const api = await this.api(patient)
    const receipt = await api.rate({
      peer: args.peer,
      value: args.value,
      ...wait,
      ...(overlay === undefined ? {} : { overlay }),
      ...(reason === undefined ? {} : { reason }),
    })
    this.print(flags, receipt, renderReceipt)
  }
}
