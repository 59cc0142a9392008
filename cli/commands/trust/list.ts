// `trustnet trust list`: ratings that hold now.
import { BaseCommand } from '../../base-command.ts'
import { ratingsOf } from '../../ratings.ts'
import { renderRatings } from '../../render/trust.ts'
import { authorFlags, overlayFlag } from '../../words.ts'

export default class TrustList extends BaseCommand {
  static override summary = 'Your ratings that hold now.'
  static override examples = [
    '<%= config.bin %> trust list',
    '<%= config.bin %> trust list --author anna --overlay social',
  ]
  static override flags = { ...authorFlags, overlay: overlayFlag }

  override async run(): Promise<void> {
    const { flags } = await this.parse(TrustList)
    const page = await ratingsOf(await this.api(flags), 'ratings', flags)
    if (page.more) this.remark(`Only the first ${flags.limit}: see more with --limit.`)
    this.print(flags, page, renderRatings)
  }
}
