// `trustnet dashboard`: where to look at the node in a browser.
import { BaseCommand } from '../base-command.ts'
import { dashboardAddress } from '../dashboard-address.ts'
import { findNode, notRunning } from '../home.ts'

export default class Dashboard extends BaseCommand {
  static override summary = "The address of the node's dashboard, to be opened in a browser."
  static override description =
    'It holds the token of the node: whoever has the address may rate in its name. It holds until the node is started anew.'
  static override examples = ['trustnet dashboard', 'xdg-open "$(trustnet dashboard)"']

  override async run(): Promise<void> {
    const { flags } = await this.parse(Dashboard)
    const { home, connection } = await findNode(flags)
    if (connection === undefined) throw await notRunning(home)
    const address = dashboardAddress(connection)
    this.print(flags, { address }, () => address)
  }
}
