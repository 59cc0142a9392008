// `trustnet committee`: who decides the next block.
import { BaseCommand } from '../base-command.ts'
import { renderCommittee } from '../render/chain.ts'

export default class Committee extends BaseCommand {
  static override summary = 'The committee: members and their weight, the epoch, who was elected.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(Committee)
    const committee = await (await this.api(flags)).committee()
    this.print(flags, committee, renderCommittee)
  }
}
