// `trustnet reputation`: what everybody's stars say of a node.
import { BaseCommand } from '../base-command.ts'
import { renderReputation } from '../render/chain.ts'
import { peerArgument } from '../words.ts'

export default class Reputation extends BaseCommand {
  static override summary =
    'Reputation, stars, standing and status of a node, as of the last block.'
  static override examples = ['<%= config.bin %> reputation anna']
  static override args = { peer: peerArgument }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Reputation)
    const reputation = await (await this.api(flags)).reputation({ peer: args.peer })
    this.print(flags, reputation, renderReputation)
  }
}
