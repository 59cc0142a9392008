// `trustnet route lookup`: the root of a key.
import { BaseCommand } from '../../base-command.ts'
import { renderLookup } from '../../render/route.ts'
import { keyArgument, overlayFlag, routesFlag } from '../../words.ts'

export default class RouteLookup extends BaseCommand {
  static override summary = 'Find the node that is the root of a key.'
  static override args = { key: keyArgument }
  static override flags = { overlay: overlayFlag, routes: routesFlag }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RouteLookup)
    const { overlay, routes } = flags
    const api = await this.api(flags)
    const route = await api.lookup({
      key: args.key,
      ...(routes === undefined ? {} : { routes }),
      ...(overlay === undefined ? {} : { overlay }),
    })
    this.print(flags, route, renderLookup)
  }
}
