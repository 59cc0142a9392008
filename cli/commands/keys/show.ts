// `trustnet keys show`: who the node of a home is, whether or not it runs.
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'

export default class KeysShow extends BaseCommand {
  static override summary = "PeerId and node id of the home's key."
  static override description =
    'Makes the key where there is none yet, so that somebody can name it in a genesis (network create) or rate it before the node ever ran.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(KeysShow)
    const { showKey } = await import('../../keys/transfer.ts')
    this.print(flags, await showKey(await homeOf(flags)), ({ peerId }) => peerId)
  }
}
