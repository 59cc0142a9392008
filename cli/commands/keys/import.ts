// `trustnet keys import`: an exported key into a home, which then is that node.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../../src/core/failure.ts'
import { BaseCommand } from '../../base-command.ts'
import { homeOf } from '../../home.ts'

export default class KeysImport extends BaseCommand {
  static override summary = 'Put an exported key into the home.'
  static override description =
    'The node must not run, here or anywhere: one key in two places signs two histories, and the network freezes it.'
  static override args = {
    file: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'what keys export wrote; - is standard input',
    }),
  }
  static override flags = {
    'passphrase-file': Flags.string({
      description: 'a file whose first line is the passphrase; - reads standard input',
      helpValue: 'FILE',
    }),
    replace: Flags.boolean({
      description: 'also where another key is: that one stays beside it',
      default: false,
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysImport)
    if (args.file === '-' && flags['passphrase-file'] === '-')
      throw new Failure('cli/usage', {
        why: 'Key and passphrase cannot both come from standard input.',
        command: 'keys import',
      })
    const { passphraseFrom } = await import('../../keys/passphrase.ts')
    const { importKey, sealedIn } = await import('../../keys/transfer.ts')
    const home = await homeOf(flags)
    const sealed = { text: await sealedIn(args.file), file: args.file }
    const passphrase = await passphraseFrom(flags['passphrase-file'], false)
    const imported = await importKey(home, sealed, passphrase, flags.replace)
    this.print(
      flags,
      { home, ...imported },
      ({ peerId, changed }) =>
        `${home} ${changed ? 'now has' : 'had'} the key of ${peerId}${changed ? '' : ' already'}. Stop every other node with it before this one starts.`,
    )
  }
}
