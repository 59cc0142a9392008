// `trustnet store migrate`: brings the store of a stopped node up to this version's format, or tells what
// that would write.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { findNode } from '../../home.ts'
import { renderMigrated } from '../../render/store.ts'

export default class StoreMigrate extends BaseCommand {
  static override summary =
    'Bring the store of a stopped node up to the newest format; a start does the same.'
  static override description =
    'Reads the home of a node that does not run. --dry-run tells what would be written and writes nothing: look before an update, for an older version does not open a newer store.'
  static override examples = ['<%= config.bin %> store migrate --dry-run --home ./n1']
  static override flags = {
    'dry-run': Flags.boolean({ description: 'tell what would be written, and write nothing' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreMigrate)
    const { home } = await findNode(flags)
    const { migrateHome } = await import('../../../src/runtime/store/migrate-home.ts')
    this.print(flags, await migrateHome(home, flags['dry-run']), renderMigrated)
  }
}
