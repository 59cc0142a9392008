// `trustnet manual`: the manual page, for `man` and for the package.
import { BaseCommand } from '../base-command.ts'

export default class Manual extends BaseCommand {
  static override needsCommands = true
  static override summary = 'Print the manual page: trustnet manual | man -l -'

  override async run(): Promise<void> {
    const { flags } = await this.parse(Manual)
    const { commandTable } = await import('../completion/command-table.ts')
    const { manualPage } = await import('../completion/manual.ts')
    const { version } = await import('../version.ts')
    const page = manualPage(commandTable(this.config), version())
    this.print(flags, { page }, () => page)
  }
}
