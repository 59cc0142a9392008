// `trustnet keys succeed`: the node's name, with all that is thought of it, goes to a new key.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { findNode, notRunning } from '../../home.ts'
import { foreign } from '../../render/words.ts'

export default class KeysSucceed extends BaseCommand {
  static override summary = "Hand the node's name over to a new key."
  static override description =
    'Both keys sign it, and when a block holds it ratings, standing and record are of the new key, for good: the old key counts no more, whoever has it. Run it while the node runs, then restart the node (node restart): it starts with the new key, and the old one stays beside it in the home. Run again after an interruption it goes on where it was. A seat goes with the name: a committee of up to three waits for the restart.'
  static override examples = [
    '<%= config.bin %> keys succeed',
    '<%= config.bin %> keys succeed new-key.json --passphrase-file words.txt',
  ]
  static override args = {
    file: Args.string({
      ignoreStdin: true,
      description: 'the new key, as keys export wrote it; one is made unless given',
    }),
  }
  static override flags = {
    'passphrase-file': Flags.string({
      description: 'a file whose first line is the passphrase; - reads standard input',
      helpValue: 'FILE',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysSucceed)
    const { handOver, namesOfValues } = await import('../../keys/succession.ts')
    const { home, connection } = await findNode(flags)
    if (connection === undefined) throw await notRunning(home)
    const sealed = args.file === undefined ? undefined : await this.#sealed(args.file, flags)
    const api = await this.api(flags)
    const values = await namesOfValues(api)
    const done = { ...(await handOver(api, home, sealed, flags.timeout)), values }
    this.print(flags, done, ({ peerId, successor }) =>
      [
        `The name of ${peerId} is ${successor}'s now. Restart the node (trustnet node restart): it starts with the new key, and ${home} keeps the old one as identity.${peerId}.`,
        ...(values.length === 0
          ? []
          : [
              `Its signed values stay under the old key until they expire. After the restart put them again (trustnet dht put --name NAME …): ${values.map(foreign).join(', ')}`,
            ]),
      ].join('\n'),
    )
  }

  async #sealed(file: string, flags: { readonly 'passphrase-file'?: string | undefined }) {
    const { sealedIn } = await import('../../keys/transfer.ts')
    const { passphraseFrom } = await import('../../keys/passphrase.ts')
    const passphrase = () => passphraseFrom(flags['passphrase-file'], false)
    return { text: await sealedIn(file), file, passphrase }
  }
}
