// `trustnet dht get`: a value by its key, or by its name and author.
import { writeFile } from 'node:fs/promises'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { Failure } from '../../../src/core/failure.ts'
import { BaseCommand } from '../../base-command.ts'
import { forTerminal, renderValue } from '../../render/values.ts'

export default class DhtGet extends BaseCommand {
  static override summary = 'Get the value of a key, or of a name (by default of your own).'
  static override examples = [
    '<%= config.bin %> dht get 5f2a0d9c1e7b4438a6c1d2e3f4051627',
    '<%= config.bin %> dht get profile --of grace --out profile.json',
  ]
  static override args = {
    key: Args.string({
      required: true,
      ignoreStdin: true,
      description: '32 hex digits as `dht put` prints them, or the name of a signed value',
    }),
  }
  static override flags = {
    of: Flags.string({
      description:
        "whose value has this name: a PeerId, a node id, its prefix, a petname or an owner's name",
      helpValue: 'PEER',
    }),
    out: Flags.string({
      description: 'write the bytes to this file; - is standard output',
      helpValue: 'FILE',
    }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(DhtGet)
    const api = await this.api(flags)
    const of = flags.of === undefined ? {} : { of: flags.of }
    const value = await api.value({ key: args.key, ...of })
    const bytes = Buffer.from(value.base64, 'base64')
    const out = flags.out === '-' ? undefined : flags.out
    if (out !== undefined) await written(out, bytes)
    if (flags.json) return this.line(value)
    this.remark(renderValue(value))
    if (out !== undefined) return
    // Somebody else wrote it: in a terminal it may show itself and nothing more.
    if (process.stdout.isTTY) this.remark(forTerminal(value))
    else process.stdout.write(bytes)
  }
}

/** @throws Failure `value/unwritable` */
async function written(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes)
  } catch (error) {
    throw new Failure('value/unwritable', { file, why: (error as Error).message })
  }
}
