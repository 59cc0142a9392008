// The dashboard over 2,000 nodes, served by the real API from memory: the drawing appears, the page
// answers while the layout runs, forged blocks are refused, and a lost node is found again.
import type { Browser } from 'playwright-core'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { type Claims, complaintsOf, expected, inkOf } from './claims.ts'
import { show } from './dashboard-looks.ts'
import { LargeNetwork } from './large-network.ts'

const nodes = 2_000
const token = 'a'.repeat(43)

/** Of a drawing by the processor, on a machine that does other things too. */
const drawnWithinMs = 15_000
const answersWithinMs = 1_500

export interface LargeFigures {
  readonly nodes: number
  readonly edges: number
  /** From opening the view to a drawing, and until the layout stood still. */
  readonly drawnMs: number
  /** From a key in the search field to the table, while the layout ran. */
  readonly answerMs: number
}

export async function proveLarge(claims: Claims, browser: Browser): Promise<LargeFigures> {
  const network = new LargeNetwork(nodes)
  let server = await startApi(network, { port: 0, token })
  const { port, url } = server
  const context = await browser.newContext({ viewport: { width: 1200, height: 850 } })
  const heard = complaintsOf(context, url)
  const figures = { nodes, edges: network.topology().edges.length, drawnMs: 0, answerMs: 0 }
  try {
    const page = await context.newPage()
    await page.goto(`${url}/#token=${token}`)
    await claims.claim(`${nodes} nodes are drawn`, async () => {
      const begun = performance.now()
      await show(page, 'network')
      const drawing = page.locator('.network')
      await drawing.locator('canvas').first().waitFor({ timeout: drawnWithinMs })
      let ink = 0
      while (ink < 0.02 && performance.now() - begun < drawnWithinMs)
        ink = await inkOf(context, await drawing.screenshot())
      expected(ink >= 0.02, `but ${(100 * ink).toFixed(1)} % of the drawing are not its ground`)
      figures.drawnMs = Math.round(performance.now() - begun)
    })
    await claims.claim('the page answers while they are laid out', async () => {
      const begun = performance.now()
      await page.getByLabel('Find a node').fill('n1999')
      await page.getByRole('link', { name: 'n1999', exact: true }).waitFor()
      figures.answerMs = Math.round(performance.now() - begun)
      expected(figures.answerMs < answersWithinMs, `it took ${figures.answerMs} ms`)
      expected((await page.locator('tbody tr').count()) === 1, 'the table has other nodes too')
      await page.getByLabel('Find a node').fill('')
    })
    await claims.claim('a node chosen by its link is marked in the table', async () => {
      await page.getByRole('link', { name: 'n2', exact: true }).click()
      await page.locator('tr[aria-current] a', { hasText: /^n2$/ }).waitFor()
    })
    await claims.claim('a block with forged signatures is shown as a warning', async () => {
      network.memoryChain.decide()
      await page.locator('.tick.refused', { hasText: 'a signature is wrong' }).waitFor()
    })
    await claims.claim('a lost node is said to be lost, and found again', async () => {
      await server.close()
      await page.getByText('connection lost').waitFor()
      server = await again(network, port)
      await page.getByText('● live').waitFor({ timeout: 30_000 })
      await show(page, 'committee')
      await page.getByText('7 of at most').waitFor()
    })
    await claims.claim('nothing was loaded from elsewhere, nothing complained', async () => {
      const ours = heard.filter((line) => !line.includes('ERR_CONNECTION_REFUSED'))
      expected(ours.length === 0, ours.join('; '))
    })
  } finally {
    await context.close()
    await server.close()
  }
  return figures
}

const again = (network: LargeNetwork, port: number): Promise<ApiServer> =>
  startApi(network, { port, token })
