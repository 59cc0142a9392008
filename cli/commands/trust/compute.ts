// `trustnet trust compute`: trust in a file of ratings, without any node.
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { trustRoundsMax } from '../../../src/core/limits.ts'
import { ratingFormats } from '../../../trustchain/rating-file/rating-reader.ts'
import { BaseCommand } from '../../base-command.ts'
import { computeTrust, parseComputeFlags, remarksOn } from '../../compute/compute.ts'
import { readRatingFile } from '../../compute/rating-source.ts'
import { renderComputed } from '../../compute/rendering.ts'

export default class TrustCompute extends BaseCommand {
  static override summary = 'compute trust in a file of ratings, as one root sees it'
  static override description =
    'Reads lines from,to,value[,overlay[,seq]] (or a public data set), packed with gzip or not, and says whom the root trusts, how much and why. No node is needed.'
  static override examples = [
    '<%= config.bin %> trust compute ratings.csv --root A',
    '<%= config.bin %> trust compute ratings.csv --root A --overlay social --explain C --json',
    '<%= config.bin %> trust compute soc-sign-bitcoinotc.csv --root 35 --format snap-signed --map sign:0.8',
  ]
  static override args = {
    file: Args.string({
      description: 'a file of ratings, or - for standard input',
      required: true,
    }),
  }
  static override flags = {
    root: Flags.string({ description: 'whose viewpoint', required: true, helpValue: 'ID' }),
    threshold: Flags.string({
      description: "a node's ratings are read when trust in it is above this",
      default: '0.6',
    }),
    rounds: Flags.integer({
      description: 'how many steps trust is carried',
      default: trustRoundsMax,
      min: 0,
      max: trustRoundsMax,
    }),
    overlay: Flags.string({ description: 'the overlay [default: default]', helpValue: 'NAME' }),
    aggregate: Flags.boolean({
      description: 'the sum over all overlays',
      exclusive: ['overlay'],
    }),
    format: Flags.string({
      description: `the form of the file: ${ratingFormats.join(', ')}`,
      default: 'csv',
    }),
    map: Flags.string({
      description: 'how ratings from -10 to 10 become trust: linear, half or sign:X',
    }),
    weight: Flags.string({ description: 'the value of edges that have none [default: 0.8]' }),
    explain: Flags.string({ description: 'say why this node has its trust', helpValue: 'ID' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TrustCompute)
    const request = parseComputeFlags(flags)
    const ratings = await readRatingFile(args.file, request.reading)
    for (const remark of remarksOn(ratings, request)) this.remark(remark)
    this.print(flags, computeTrust(ratings, request), renderComputed)
  }
}
