// `trustnet network create`: the genesis of a network with several founding members, in the home of one of them.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'

export default class NetworkCreate extends BaseCommand {
  static override summary =
    'Found a network with several members; node start alone founds one with itself.'
  static override description =
    "Each founder tells their PeerId (trustnet keys show), one of them runs this and starts the node, and the others join with its invite. Blocks are made once more than two thirds of the members take part; whoever joins later is elected by the network's ratings."
  static override examples = [
    '<%= config.bin %> network create --member 12D3KooWGrace… --member 12D3KooWAlan… --name friends',
  ]
  static override flags = {
    member: Flags.string({
      description:
        'PeerId of another founding member (again for more); the key of this home is one anyway',
      multiple: true,
      helpValue: 'PEERID',
    }),
    name: Flags.string({ description: 'a name for people', default: '' }),
    epoch: Flags.integer({
      description: 'blocks between two elections at least [default: 100]',
      min: 1,
      max: 1_000_000,
      helpValue: 'BLOCKS',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(NetworkCreate)
    const { judgeFounders, foundWith } = await import('../../../src/runtime/home/founding.ts')
    const { member: members = [], name, epoch } = flags
    judgeFounders(members, name)
    const { locateHome } = await import('../../../src/runtime/home/location.ts')
    const home = locateHome(flags.home).folder
    const parameters = epoch === undefined ? {} : { epochBlocks: epoch }
    const { network, peerId } = await foundWith({ home, members, name, parameters })
    const { chainId, genesisHash, genesis } = network
    const start = `trustnet node start${flags.home === undefined ? '' : ` --home ${flags.home}`}`
    const answer = { home, chainId, genesisHash, name, peerId, members: genesis.members, start }
    this.print(flags, answer, () =>
      [
        `Network ${chainId} of ${genesis.members.length} founding member${genesis.members.length === 1 ? '' : 's'}, in ${home}.`,
        `Start it here with ${start}, and let the others join with the invite that it prints.`,
      ].join('\n'),
    )
  }
}
