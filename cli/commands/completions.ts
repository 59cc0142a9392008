// `trustnet completions`: what a shell needs to complete commands and flags.
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../base-command.ts'
import { completionsFor, type Shell, shells } from '../completion/shells.ts'

export default class Completions extends BaseCommand {
  static override needsCommands = true
  static override summary = 'Print the completions for bash, zsh or fish.'
  static override examples = [
    'source <(trustnet completions bash)',
    'trustnet completions zsh > ~/.zfunc/_trustnet',
    'trustnet completions fish > ~/.config/fish/completions/trustnet.fish',
  ]
  static override args = {
    shell: Args.string({
      required: true,
      ignoreStdin: true,
      options: [...shells],
      description: 'the shell',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Completions)
    const { commandTable } = await import('../completion/command-table.ts')
    const script = completionsFor(args.shell as Shell, commandTable(this.config))
    this.print(flags, { shell: args.shell, script }, () => script)
  }
}
