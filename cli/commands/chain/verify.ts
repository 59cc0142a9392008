// `trustnet chain verify`: every certificate of a stopped node's chain, from genesis on.
import { BaseCommand } from '../../base-command.ts'
import { findNode } from '../../home.ts'
import { renderVerified } from '../../render/chain.ts'

export default class ChainVerify extends BaseCommand {
  static override summary = 'Check every block and certificate of a stopped node, from genesis on.'
  static override description =
    'Reads the home of a node that does not run. Ends with 1 and the first fault when there is one.'
  static override examples = ['<%= config.bin %> chain verify --home ./n1 --json']

  override async run(): Promise<void> {
    const { flags } = await this.parse(ChainVerify)
    const { home } = await findNode(flags)
    const { verifyStoredChain } = await import('../../../src/runtime/chain/verify-stored.ts')
    const verified = await verifyStoredChain(home)
    this.print(flags, verified, renderVerified)
    if (!verified.ok) process.exitCode = 1
  }
}
