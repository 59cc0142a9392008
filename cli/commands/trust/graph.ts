// `trustnet trust graph`: whom the ratings make one trust, and why.
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../base-command.ts'
import { dotOf } from '../../render/graph-dot.ts'
import { svgOf } from '../../render/graph-svg.ts'
import { renderGraph } from '../../render/trust.ts'
import { overlayFlag } from '../../words.ts'

/** JSON is printed before this is asked. */
const drawings = { table: renderGraph, json: renderGraph, dot: dotOf, svg: svgOf }

export default class TrustGraph extends BaseCommand {
  static override summary = 'The trust graph from your viewpoint: as a table, JSON, DOT or SVG.'
  static override examples = [
    '<%= config.bin %> trust graph',
    '<%= config.bin %> trust graph --aggregate --explain anna',
    '<%= config.bin %> trust graph --format svg > trust.svg',
  ]
  static override flags = {
    overlay: overlayFlag,
    aggregate: Flags.boolean({ description: 'the sum over all overlays', exclusive: ['overlay'] }),
    root: Flags.string({ description: 'the viewpoint; this node unless given', helpValue: 'PEER' }),
    explain: Flags.string({ description: 'say why this peer has its value', helpValue: 'PEER' }),
    format: Flags.option({
      options: ['table', 'json', 'dot', 'svg'] as const,
      default: 'table',
      description: 'how to draw it',
    })(),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(TrustGraph)
    const { overlay, aggregate, root, explain } = flags
    const graph = await (await this.api(flags)).trustGraph({
      ...(overlay === undefined ? {} : { overlay }),
      ...(aggregate ? { aggregate } : {}),
      ...(root === undefined ? {} : { root }),
      ...(explain === undefined ? {} : { explain }),
    })
    const json = flags.json || flags.format === 'json'
    this.print({ ...flags, json }, graph, drawings[flags.format])
  }
}
