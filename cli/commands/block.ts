// `trustnet block`: one finalized block.
import * as Args from '@oclif/core/args'
import { Failure } from '../../src/core/failure.ts'
import { BaseCommand } from '../base-command.ts'
import { renderBlock } from '../render/chain.ts'

/** @throws Failure `cli/usage` */
function heightIn(text: string): number {
  const height = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(height))
    throw new Failure('cli/usage', {
      why: `${JSON.stringify(text)} is no height: blocks are numbered 1, 2, 3, ….`,
      command: 'block',
    })
  return height
}

export default class Block extends BaseCommand {
  static override summary =
    'A finalized block: header, transactions, votes; the latest unless told.'
  static override examples = ['<%= config.bin %> block', '<%= config.bin %> block 42 --json']
  static override args = {
    height: Args.string({
      description: '1 is the first block',
      ignoreStdin: true,
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Block)
    const height = args.height === undefined ? undefined : heightIn(args.height)
    const block = await (await this.api(flags)).block({ height: height ?? 'latest' })
    this.print(flags, block, renderBlock)
  }
}
