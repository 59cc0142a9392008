// `trustnet route trace`: every hop of a route to the root of a key.
import { BaseCommand } from '../../base-command.ts'
import { plainTrace, renderTrace } from '../../render/route.ts'
import { keyArgument, overlayFlag, routesFlag } from '../../words.ts'

export default class RouteTrace extends BaseCommand {
  static override summary =
    'Route to the root of a key and show every hop: which table decided, on which trust.'
  static override args = { key: keyArgument }
  static override flags = { overlay: overlayFlag, routes: routesFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RouteTrace)
    const { overlay, routes } = flags
    const api = await this.api(flags)
    const route = await api.trace({
      key: args.key,
      ...(routes === undefined ? {} : { routes }),
      ...(overlay === undefined ? {} : { overlay }),
    })
    if (flags.json) this.line(plainTrace(route))
    else this.print(flags, route, renderTrace)
  }
}
