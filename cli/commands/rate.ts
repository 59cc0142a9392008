// `trustnet rate`: stars for a peer, of which its reputation is made.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../src/core/failure.ts'
import { categories } from '../../trustchain/entry.ts'
import { BaseCommand } from '../base-command.ts'
import { finality } from '../finality.ts'
import { renderReceipt } from '../render/trust.ts'
import { overlayFlag, peerArgument, reasonFlag, waitFlag } from '../words.ts'

/** @throws Failure `trust/bad-stars` */
function starsIn(text: string): number {
  const stars = /^\d(\.[05]0*)?$/.test(text) ? Number(text) : Number.NaN
  if (!(stars >= 1 && stars <= 5)) throw new Failure('trust/bad-stars', { stars: text })
  return stars
}

export default class Rate extends BaseCommand {
  static override summary = 'Give a peer 1 to 5 stars: they make its reputation, never a veto.'
  static override examples = [
    '<%= config.bin %> rate anna 4.5',
    '<%= config.bin %> rate 12D3KooW… 2 --category performance --reason "slow on Mondays" --wait',
  ]
  static override args = {
    peer: peerArgument,
    stars: Args.string({
      required: true,
      ignoreStdin: true,
      description: '1 to 5 in steps of one half',
    }),
  }
  static override flags = {
    category: Flags.option({
      options: categories,
      default: 'reliability' as const,
      description: 'what the stars are for',
    })(),
    overlay: overlayFlag,
    reason: reasonFlag,
    wait: waitFlag,
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Rate)
    const { overlay, reason, category } = flags
    const stars = starsIn(args.stars)
    const { wait, patient } = finality(flags)
    const api = await this.api(patient)
    const receipt = await api.rate({
      ...{ peer: args.peer, stars, category },
      ...wait,
      ...(overlay === undefined ? {} : { overlay }),
      ...(reason === undefined ? {} : { reason }),
    })
    this.print(flags, receipt, renderReceipt)
  }
}
