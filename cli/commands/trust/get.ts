// `trustnet trust get`: what this node says of a peer, and the trust that follows.
import { BaseCommand } from '../../base-command.ts'
import { opinionOf } from '../../opinion.ts'
import { renderOpinion } from '../../render/trust.ts'
import { peerArgument } from '../../words.ts'

export default class TrustGet extends BaseCommand {
  static override summary = 'Your ratings of a peer and the trust that follows from all ratings.'
  static override args = { peer: peerArgument }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustGet)
    const opinion = await opinionOf(await this.api(flags), args.peer)
    this.print(flags, opinion, renderOpinion)
  }
}
