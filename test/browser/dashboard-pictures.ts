// The pictures of docs/dashboard.md: of a real devnet, and of a trust graph that the real API serves
// from memory, since four nodes that all rate each other make a dull one.
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startApi } from '../../src/api/server.ts'
import type { NodeId } from '../../src/core/id.ts'
import { millionths } from '../api/members.ts'
import { until } from '../live/harness.ts'
import { show } from './dashboard-looks.ts'
import { LargeNetwork } from './large-network.ts'

const common = { viewport: { width: 1100, height: 800 }, reducedMotion: 'reduce' } as const

export async function shoot(browser: Browser, address: string, folder: string): Promise<void> {
  await shootTrust(browser, folder)
  await shootNetwork(browser, folder)
  await shootBlocks(browser, address, folder)
  await shootRoute(browser, address, folder)
  await shootKept(browser, address, folder)
}

/** The views of values, where what was put while the claims were proved is held, and of the ways in. */
export async function shootKept(browser: Browser, address: string, folder: string): Promise<void> {
  const held = ['values', 'tr:has-text("hours")'] as const
  await shootView(browser, address, join(folder, 'dashboard-values.png'), held)
  const reach = ['reach', 'text=from this machine alone'] as const
  await shootView(browser, address, join(folder, 'dashboard-reach.png'), reach)
}

/** A view of the devnet's node, once it shows what a selector finds. */
async function shootView(
  browser: Browser,
  address: string,
  file: string,
  [view, selector]: readonly [string, string],
): Promise<void> {
  const context = await browser.newContext({ ...common, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(address)
  await page.locator('.tick.verified').waitFor({ timeout: 60_000 })
  await show(page, view)
  const shown = page.locator(selector).first()
  await shown.waitFor()
  await shown.scrollIntoViewIfNeeded()
  await page.screenshot({ path: file })
  await context.close()
}

/** The first node rates four others by hand, and those rate on. */
function friends(): LargeNetwork {
  const network = new LargeNetwork(26)
  const [self, ...others] = network.members
  const rate = (from: NodeId, to: number, value: number): void => {
    const subject = network.members[to]!.publicKey
    const given = { subject, overlay: 'social', reason: undefined, value: millionths(value) }
    network.rateAs(from, given)
  }
  for (const [to, value] of [
    [1, 0.9],
    [2, 0.8],
    [5, 0.6],
    [9, -0.4],
  ] as const)
    rate(self!.nodeId, to, value)
  for (const [i, { nodeId }] of others.entries())
    for (const step of [2, 5, 11]) {
      const to = 1 + ((i * step + step) % (network.members.length - 1))
      if (to !== i + 1) rate(nodeId, to, 0.9 - step / 20)
    }
  return network
}

async function shootTrust(browser: Browser, folder: string): Promise<void> {
  const token = 'a'.repeat(43)
  const network = friends()
  const server = await startApi(network, { port: 0, token })
  const context = await browser.newContext({ ...common, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(`${server.url}/#token=${token}`)
  await show(page, `trust?node=${network.members[11]!.nodeId}&overlay=social`)
  await page.locator('.panel tbody tr').first().waitFor()
  await page.screenshot({ path: join(folder, 'dashboard-trust.png') })
  await context.close()
  await server.close()
}

async function shootNetwork(browser: Browser, folder: string): Promise<void> {
  const token = 'a'.repeat(43)
  const server = await startApi(new LargeNetwork(160), { port: 0, token })
  const context = await browser.newContext({
    ...{ viewport: { width: 800, height: 620 }, colorScheme: 'dark', reducedMotion: 'reduce' },
  })
  const page = await context.newPage()
  await page.goto(`${server.url}/#token=${token}`)
  await show(page, 'network')
  await page.getByText('160 nodes, ').waitFor()
  // With less motion the layout is shown once, when it stands still.
  await until(
    'the layout stands still',
    async () => (await page.locator('.network').screenshot()).toString('base64'),
    stoodStill(),
  )
  await page.screenshot({ path: join(folder, 'dashboard-network.png') })
  await context.close()
  await server.close()
}

/** The same picture three times; the first one, which may already be the last, twenty times. */
function stoodStill(): (picture: string) => boolean {
  const seen = new Map<string, number>()
  return (picture) => {
    const times = (seen.get(picture) ?? 0) + 1
    seen.set(picture, times)
    return times >= (seen.size > 1 ? 3 : 20)
  }
}

async function shootBlocks(browser: Browser, address: string, folder: string): Promise<void> {
  const dark = await browser.newContext({ ...common, colorScheme: 'dark' })
  const night = await dark.newPage()
  await night.goto(address)
  await show(night, 'blocks')
  await night
    .getByText(/✓ \d of 4/)
    .nth(2)
    .waitFor({ timeout: 60_000 })
  await night.screenshot({ path: join(folder, 'dashboard-blocks-dark.png') })
  await dark.close()
}

async function shootRoute(browser: Browser, address: string, folder: string): Promise<void> {
  const phone = await browser.newContext({
    ...{ viewport: { width: 390, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' },
  })
  const small = await phone.newPage()
  await small.goto(address)
  await small.locator('.tick.verified').waitFor({ timeout: 60_000 })
  await show(small, 'routes')
  for (let i = 0; (await small.locator('.hop').count()) === 0 && i < 20; i++) {
    await small.getByRole('textbox', { name: 'Key' }).fill(`song ${i}`)
    await small.keyboard.press('Enter')
    await small.locator('.ring').waitFor()
  }
  await small.evaluate("document.querySelector('.ring').scrollIntoView({ block: 'center' })")
  await small.screenshot({ path: join(folder, 'dashboard-route-phone.png') })
  await phone.close()
}
