// `trustnet provision`: a node as a service, on this host, on another one over ssh, or as cloud-init.
import * as Flags from '@oclif/core/flags'
import { BaseCommand, type GlobalFlags } from '../base-command.ts'
import type { ProvisionFlags } from '../provision/flags.ts'
import type { Provisioned } from '../provision/host.ts'
import type { Steps } from '../provision/steps.ts'

interface SshTarget {
  readonly ssh: string | undefined
  readonly 'ssh-config': string | undefined
}

type CloudInitFlags = GlobalFlags & ProvisionFlags

export default class Provision extends BaseCommand {
  static override summary = 'Set a node up as a service: started, healthy, connected, kept running.'
  static override description =
    'Under systemd where it runs, else under a supervisor of its own. The same command again changes nothing that is as asked; flags that are not given again stay as they were. New versions are installed by themselves where it is known whose they are, and taken back when they are not healthy.'
  static override examples = [
    'trustnet provision --owner ada --join trustnet:/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…/genesis/5fec… --listen /ip4/0.0.0.0/tcp/4001',
    'trustnet provision --ssh ada@node.example.org --join trustnet:…',
    'trustnet provision --cloud-init --from https://example.org/trustnet-0.1.0.tgz --listen /ip4/0.0.0.0/tcp/4001 > user-data.yaml',
  ]
  static override flags = {
    ssh: Flags.string({ description: 'provision that host instead', helpValue: 'USER@HOST' }),
    'ssh-config': Flags.string({
      description: "ssh's configuration file",
      helpValue: 'FILE',
      dependsOn: ['ssh'],
    }),
    'cloud-init': Flags.boolean({
      description:
        'print the user data of a new machine instead, and the AWS call on standard error',
      exclusive: ['ssh'],
    }),
    join: Flags.string({ description: 'the invite of a node to join', helpValue: 'INVITE' }),
    listen: Flags.string({
      description: 'a multiaddr to listen on (again for more)',
      multiple: true,
      helpValue: 'ADDR',
    }),
    overlay: Flags.string({
      description: 'an overlay to take part in (again for more)',
      multiple: true,
      helpValue: 'NAME',
    }),
    owner: Flags.string({ description: 'a name for people' }),
    'api-port': Flags.integer({ description: 'port of the API on loopback', min: 0, max: 65_535 }),
    from: Flags.string({
      description:
        'what to install: a version such as trustnet@0.1.0, a packed file or its URL, or here to run this program where it lies [default: this program, packed]',
      helpValue: 'WHAT',
    }),
    programs: Flags.string({
      description: 'the folder of installed versions',
      helpValue: 'DIR',
    }),
    bin: Flags.string({
      description:
        'the folder of the command trustnet that runs what is installed [default: /usr/local/bin for root, else ~/.local/bin]',
      helpValue: 'DIR',
    }),
    registry: Flags.string({
      description:
        "the registry that versions and updates come from; with --cloud-init, this program too [default: npm's]",
      helpValue: 'URL',
    }),
    manager: Flags.option({
      description: 'who keeps it running [default: systemd where it runs]',
      options: ['systemd', 'systemd-user', 'supervisor'] as const,
    })(),
    'auto-update': Flags.boolean({
      description:
        'install new versions once a day [default: as it was; at first where --registry or --from is given, or npm installed this program]',
      allowNo: true,
    }),
    anew: Flags.boolean({
      description:
        'keep none of the flags that this service was set up with before: one that is not given is taken away',
      default: false,
    }),
    within: Flags.integer({
      description: 'seconds that the node may take to be healthy',
      default: 60,
      min: 1,
      max: 3_600,
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Provision)
    if (flags['cloud-init']) return this.#cloudInit(flags)
    const { steps } = await import('../provision/steps.ts')
    const told = steps(flags.json, (answer) => this.line(answer))
    const provisioned = await this.#provisioned(flags, told)
    const { renderProvisioned } = await import('../render/service.ts')
    this.print(flags, provisioned, renderProvisioned)
    // Another version over there may tell none.
    if (!flags.json) for (const remark of provisioned.remarks ?? []) this.remark(remark)
  }

  async #provisioned(flags: ProvisionFlags & SshTarget, told: Steps): Promise<Provisioned> {
    if (flags.ssh === undefined) {
      const { provisionHost } = await import('../provision/host.ts')
      return provisionHost(flags, told)
    }
    const { provisionOverSsh } = await import('../provision/ssh.ts')
    const { flagWords } = await import('../provision/flag-words.ts')
    return provisionOverSsh({ ...flags, ssh: flags.ssh, words: flagWords(flags) }, told)
  }

  async #cloudInit(flags: CloudInitFlags): Promise<void> {
    const { newMachine } = await import('../provision/cloud-init.ts')
    const { userData, aws, remark } = await newMachine(flags)
    if (!flags.json) this.remark(`${remark}Save it as user-data.yaml, then:\n${aws}`)
    this.print(flags, { userData, aws }, () => userData)
  }
}
