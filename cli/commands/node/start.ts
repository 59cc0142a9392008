// `trustnet node start`: runs a node in the foreground until it is stopped.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import type { Kept } from '../../serve/run-node.ts'

export default class NodeStart extends BaseCommand {
  static override summary = 'Start a node: makes its key and home at the first start.'
  static override description =
    'Listens on loopback unless --listen says otherwise. The first Ctrl-C stops gracefully, the second at once.'
  static override examples = [
    'trustnet node start --owner ada',
    'trustnet node start --overlay social --join trustnet:/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…/genesis/5fec…',
  ]
  static override flags = {
    overlay: Flags.string({
      description:
        'an overlay to take part in (again for more), also as NAME=KIND or NAME=./policy.js; the first is the default [default: social]',
      multiple: true,
      helpValue: 'NAME',
    }),
    join: Flags.string({ description: 'the invite of a node to join', helpValue: 'INVITE' }),
    listen: Flags.string({
      description:
        'a multiaddr to listen on (again for more) [default: on 127.0.0.1 the port that it listened on last, at first a free one]',
      multiple: true,
      helpValue: 'ADDR',
    }),
    owner: Flags.string({ description: 'a name for people' }),
    petname: Flags.string({
      description: 'a name of your own for a peer, whatever it calls itself (again for more)',
      multiple: true,
      helpValue: 'NAME=PEERID',
    }),
    policy: Flags.string({
      description: 'how the routing tables are filled [default: trustnet]',
      options: ['distnet', 'pastry', 'trustnet'],
      aliases: ['routing'],
    }),
    router: Flags.string({
      description: 'who looks keys up: the tables, or Kademlia as the baseline [default: trust]',
      options: ['trust', 'kad'],
    }),
    store: Flags.string({
      description: 'the store engine of a new home',
      options: ['rocksdb', 'classic-level'],
    }),
    'api-port': Flags.integer({
      description: 'port of the API on loopback; 0 takes a free one [default: 0]',
      min: 0,
      max: 65_535,
    }),
    mdns: Flags.boolean({
      description: 'find nodes of the same network on the LAN',
    }),
    relay: Flags.boolean({
      description:
        'relay for nodes behind a NAT, while the Internet reaches this one [default: relay]',
      allowNo: true,
    }),
    upnp: Flags.boolean({
      description: 'ask the router for a port, unless on loopback [default: ask]',
      allowNo: true,
    }),
    'exit-with-stdin': Flags.boolean({ hidden: true, default: false }),
    'stop-with-stdin': Flags.boolean({ hidden: true, default: false }),
    // Told by `devnet up --adversary`: nobody attacks by mistake.
    adversary: Flags.string({ hidden: true }),
    accomplices: Flags.string({ hidden: true, multiple: true, dependsOn: ['adversary'] }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(NodeStart)
    const { runNode } = await import('../../serve/run-node.ts')
    const { settledFlags } = await import('../../settings.ts')
    let kept: Kept | undefined
    do
      kept = await runNode(
        await settledFlags(flags),
        (answer, people) => this.print(flags, answer, people),
        kept,
      )
    while (kept !== undefined)
  }
}
