// `trustnet trust history`: every entry, replaced ones included.
import { BaseCommand } from '../../base-command.ts'
import { ratingsOf } from '../../ratings.ts'
import { renderRatings } from '../../render/trust.ts'
import { authorFlags, optionalPeerArgument, overlayFlag } from '../../words.ts'

export default class TrustHistory extends BaseCommand {
  static override summary = 'Every entry of your Trustchain, replaced ones included.'
  static override args = { peer: optionalPeerArgument }
  static override flags = { ...authorFlags, overlay: overlayFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustHistory)
    const asked = { ...flags, ...(args.peer === undefined ? {} : { subject: args.peer }) }
    const page = await ratingsOf(await this.api(flags), 'history', asked)
    if (page.more) this.remark(`Only the first ${flags.limit}: see more with --limit.`)
    this.print(flags, page, renderRatings)
  }
}
