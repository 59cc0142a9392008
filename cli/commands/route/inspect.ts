// `trustnet route inspect`: the routing table and why every slot is held.
import { BaseCommand } from '../../base-command.ts'
import { plainTable, renderTable } from '../../render/route.ts'
import { overlayFlag } from '../../words.ts'

export default class RouteInspect extends BaseCommand {
  static override summary =
    'Routing table and leaf set: who holds a slot, why, and what it displaced.'
  static override flags = { overlay: overlayFlag }

  override async run(): Promise<void> {
    const { flags } = await this.parse(RouteInspect)
    const { overlay } = flags
    const view = await (await this.api(flags)).routeTable(overlay === undefined ? {} : { overlay })
    if (flags.json) this.line(plainTable(view))
    else this.print(flags, view, renderTable)
  }
}
