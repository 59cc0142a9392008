// `trustnet chain export`: a stopped node's chain as JSON lines.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { findNode } from '../../home.ts'

export default class ChainExport extends BaseCommand {
  static override summary =
    'The blocks of a stopped node as JSON lines: header, transactions, commit.'
  static override examples = [
    '<%= config.bin %> chain export --home ./n1 > chain.jsonl',
    '<%= config.bin %> chain export --home ./n1 --out chain.jsonl',
  ]
  static override flags = {
    out: Flags.string({
      description: 'the file to write; standard output unless given',
      helpValue: 'FILE',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(ChainExport)
    const { home } = await findNode(flags)
    const { exportStoredChain } = await import('../../../src/runtime/chain/export-stored.ts')
    const out = flags.out === '-' ? undefined : flags.out
    const blocks = await exportStoredChain(home, out)
    if (out === undefined) return
    this.print(flags, { file: out, blocks }, () => `Wrote ${blocks} blocks to ${out}.`)
  }
}
