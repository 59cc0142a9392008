// `trustnet doctor`: what could keep a node from working, checked without changing anything.
import { BaseCommand } from '../base-command.ts'
import { type Check, examine } from '../checks.ts'
import { findNode } from '../home.ts'
import { green, red, table, yellow } from '../render/table.ts'

const marks = { ok: green('ok'), note: yellow('note'), wrong: red('wrong') }

const renderChecks = ({ checks }: { readonly checks: readonly Check[] }): string =>
  table(
    checks,
    [
      { title: '', of: ({ result }) => marks[result] },
      { title: 'what', of: ({ name }) => name },
      { title: 'found', of: ({ says }) => says },
    ],
    'Nothing to check.',
  )

export default class Doctor extends BaseCommand {
  static override summary = 'Check the machine, the home folder and the running node.'

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const checks = await examine(await findNode(flags))
    const healthy = checks.every(({ result }) => result !== 'wrong')
    this.print(flags, { healthy, checks }, renderChecks)
    if (!healthy) process.exitCode = 1
  }
}
