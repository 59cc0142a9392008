// `trustnet doctor`: what could keep a node from working, checked without changing anything.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base-command.ts'
import type { Check } from '../checks/check.ts'
import { examine } from '../checks.ts'
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
  static override description =
    'Finds and explains a service that does not come up, a taken port, a wrong clock, missing peers, a height behind, a forked or lost key, a ban, a wrong genesis, a full disk, a native build that does not load. Ends with 1 when something is wrong.'
  static override flags = {
    join: Flags.string({
      description: 'an invite: does it fit this home?',
      helpValue: 'INVITE',
    }),
    'time-server': Flags.string({
      description:
        'compare the clock with this server (asked over SNTP; nobody is asked unless given)',
      helpValue: 'HOST[:PORT]',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const checks = await examine(await findNode(flags), flags)
    const healthy = checks.every(({ result }) => result !== 'wrong')
    this.print(flags, { healthy, checks }, renderChecks)
    if (!healthy) process.exitCode = 1
  }
}
