// `trustnet devnet up`: a real local network in one command.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'

export default class DevnetUp extends BaseCommand {
  static override summary = 'bring up a local network of real node processes'
  static override description =
    'Off a terminal or with --json it prints JSON lines of events. Whatever ends it, no process is left behind.'
  static override examples = [
    'trustnet devnet up -n 4 --ratings complete:0.9',
    'trustnet devnet up -n 10 --ratings ring --for 60 --json',
    'trustnet devnet up -n 30 --ratings complete:0.9 --adversary misroute:6@from=30s',
  ]
  static override flags = {
    nodes: Flags.integer({
      char: 'n',
      description: 'how many nodes',
      default: 4,
      min: 1,
      max: 200,
    }),
    overlay: Flags.string({
      description: 'an overlay that all take part in (again for more)',
      multiple: true,
      default: ['social'],
      helpValue: 'NAME',
    }),
    ratings: Flags.string({
      description:
        'who rates whom: none, ring[:value], complete[:value], or a file of lines n1,n2,0.9',
      default: 'none',
    }),
    policy: Flags.string({
      description: 'how the routing tables of all nodes are filled',
      options: ['distnet', 'pastry', 'trustnet'],
      aliases: ['routing'],
      default: 'trustnet',
    }),
    router: Flags.string({ options: ['trust', 'kad'], default: 'trust' }),
    adversary: Flags.string({
      description:
        'so many nodes, the last ones, attack: KIND:COUNT[@from=30s,for=60s,ramp=30s,victim=ID,keys=HEX,p=0.5,…] (again for more); over ramp it acts ever more often; kinds are drop, misroute, false-root, silence, slander, collusion, self-promotion, camouflage, poisoning and withhold, several at once with +; self-promotion acts as collusion, since a process is one identity: those who promote each other are the attackers',
      multiple: true,
      default: [],
      helpValue: 'KIND:COUNT',
    }),
    for: Flags.integer({ description: 'seconds after which it ends by itself', min: 1 }),
    'exit-when-ready': Flags.boolean({ description: 'end as soon as it is ready', default: false }),
    'ready-within': Flags.integer({
      description: 'seconds it may take to be ready',
      default: 180,
      min: 1,
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetUp)
    const { runDevnet } = await import('../../devnet/run-devnet.ts')
    await runDevnet(flags)
  }
}
