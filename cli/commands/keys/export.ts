// `trustnet keys export`: the node's key under a passphrase, to be kept somewhere else.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'

export default class KeysExport extends BaseCommand {
  static override summary = "Seal the node's key under a passphrase into a file."
  static override description =
    'Whoever has the file and the passphrase is the node. Without either a lost key is lost: its ratings stay, and nobody can add to them.'
  static override args = {
    file: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'the file to write; - is standard output',
    }),
  }
  static override flags = {
    'passphrase-file': Flags.string({
      description: 'a file whose first line is the passphrase; - reads standard input',
      helpValue: 'FILE',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysExport)
    const { passphraseFrom } = await import('../../keys/passphrase.ts')
    const { exportKey } = await import('../../keys/transfer.ts')
    const home = await homeOf(flags)
    const passphrase = await passphraseFrom(flags['passphrase-file'], true)
    const { peerId, sealed } = await exportKey(home, args.file, passphrase)
    if (args.file === '-') return void process.stdout.write(sealed)
    this.print(
      flags,
      { home, peerId, file: args.file },
      () => `The key of ${peerId} is in ${args.file}.`,
    )
  }
}
