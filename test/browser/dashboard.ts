// Opens the dashboard in a real Chromium: over a real devnet of four nodes, and over 2,000 nodes that
// the real API serves from memory. Needs Chromium (Debian: apt-get install chromium; or its path in
// CHROMIUM), playwright-core, and the built dashboard (npm run build).
//
//   node test/browser/dashboard.ts [--screenshots DIR] [--json]
//
// Exit code 0: all claims hold, or there is no Chromium and it says so. 1: a claim does not hold, or
// the dashboard is not built.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { dashboardAddress } from '../../cli/dashboard-address.ts'
import type { DevnetNodeView } from '../../cli/devnet/devnet.ts'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { type Connection, readConnection } from '../../src/api/connection-file.ts'
import { attackedDevnet } from '../live/attacked-devnet.ts'
import { LiveNetwork } from '../live/harness.ts'
import { browserPath, openBrowser } from './chromium.ts'
import { Claims, complaintsOf, expected } from './claims.ts'
import { type LargeFigures, proveLarge } from './dashboard-large.ts'
import { proveLive } from './dashboard-live.ts'
import { proveLooks } from './dashboard-looks.ts'
import { shoot } from './dashboard-pictures.ts'

const { values: flags } = parseArgs({
  options: { screenshots: { type: 'string' }, json: { type: 'boolean', default: false } },
})

const built = join(import.meta.dirname, '..', '..', 'dist', 'web', 'index.html')

async function proveDevnet(claims: Claims, browser: Browser): Promise<void> {
  await using network = await LiveNetwork.open()
  const devnet = await attackedDevnet(network, '-n', '4', '--ratings', 'complete:0.9')
  const ids = new Map(devnet.nodes.map(({ nodeId }, i) => [`n${i + 1}`, nodeId]))
  const connections = await Promise.all(
    (devnet.nodes as readonly DevnetNodeView[]).map(
      ({ home }) => readConnection(home) as Promise<Connection>,
    ),
  )
  const [api, other] = connections.map((one): ApiClient => apiClient(one)) as [
    ...[ApiClient, ApiClient],
  ]
  const address = dashboardAddress(connections[0]!)
  const context = await browser.newContext({ viewport: { width: 1200, height: 850 } })
  const heard = complaintsOf(context, connections[0]!.url)
  const page = await context.newPage()
  await page.goto(address)
  await proveLive({ claims, context, page, api, other, ids })
  await claims.claim('nothing was loaded from elsewhere, nothing complained', async () =>
    expected(heard.length === 0, heard.join('; ')),
  )
  await context.close()
  await proveLooks(claims, browser, address)
  if (flags.screenshots !== undefined) await shoot(browser, address, flags.screenshots)
  await devnet.stop()
}

async function main(): Promise<void> {
  if (!existsSync(built)) {
    process.stderr.write('The dashboard is not built, so nothing was proved: npm run build.\n')
    process.exitCode = 1
    return
  }
  const executable = browserPath()
  if (executable === undefined) {
    process.stdout.write(
      'The dashboard was not looked at, since no Chromium is there: set CHROMIUM to its path.\n',
    )
    return
  }
  if (flags.screenshots !== undefined) mkdirSync(flags.screenshots, { recursive: true })
  const claims = new Claims(!flags.json)
  const browser = await openBrowser(executable)
  try {
    const large = await proveLarge(claims, browser)
    await proveDevnet(claims, browser)
    tell(claims, large)
  } finally {
    await browser.close()
  }
}

function tell(claims: Claims, large: LargeFigures): void {
  const { told, hold } = claims
  if (flags.json)
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, hold, claims: told, large })}\n`)
  else
    process.stdout.write(
      `${told.filter(({ wrong }) => wrong === undefined).length} of ${told.length} claims hold; ${large.nodes} nodes and ${large.edges} edges drawn after ${large.drawnMs} ms, a search answered in ${large.answerMs} ms meanwhile\n`,
    )
  process.exitCode = hold ? 0 : 1
}

await main()
