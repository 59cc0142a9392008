// The dashboard of a node of a real devnet: every view shows what the node's API says, blocks and
// votes come by themselves, a rating goes out and is final, and all of it works by keyboard.
import { until } from '../live/harness.ts'
import { expected, inkOf } from './claims.ts'
import { show } from './dashboard-looks.ts'
import { proveReach, proveValues } from './dashboard-values.ts'
import type { LiveSite } from './live-site.ts'

const blockWithinMs = 60_000

export async function proveLive(site: LiveSite): Promise<void> {
  await proveHead(site)
  await proveKeyboard(site)
  await proveNetwork(site)
  await proveTrust(site)
  await proveRoutes(site)
  await proveBlocks(site)
  await proveRating(site)
  await proveValues(site)
  await proveReach(site)
  await proveAttacks(site)
}

const heightIn = (text: string): number => Number(/height (\d+)/.exec(text)?.[1] ?? 0)

async function proveHead({ claims, page }: LiveSite): Promise<void> {
  await claims.claim('the token is taken out of the address', async () => {
    await page.locator('nav').waitFor()
    expected(!page.url().includes('token'), page.url())
  })
  await claims.claim('so is one that is pasted into the open page, which goes on', async () => {
    await page.evaluate("location.hash = 'token=' + sessionStorage.getItem('trustnet/token')")
    await page.waitForFunction("!location.hash.includes('token')")
    await page.getByText('● live').waitFor()
    expected((await page.locator('nav [aria-current]').textContent()) === 'Node', page.url())
  })
  await claims.claim('the browser verifies the chain itself, block after block', async () => {
    const tick = page.locator('.tick.verified')
    await tick.waitFor({ timeout: blockWithinMs })
    const first = heightIn((await tick.textContent()) ?? '')
    await until(
      'two more blocks are verified',
      async () => heightIn((await tick.textContent()) ?? ''),
      (height) => height >= first + 2,
      blockWithinMs,
    )
  })
  await claims.claim('the first page lists the nodes on the chain', async () => {
    await show(page, '')
    for (const name of ['n1', 'n2', 'n3', 'n4'])
      await page.getByRole('link', { name, exact: true }).waitFor()
  })
}

async function proveKeyboard({ claims, page }: LiveSite): Promise<void> {
  const focused = (what: string): Promise<unknown> =>
    page.evaluate(`document.activeElement.${what}`)
  await claims.claim('the first key leads past the navigation', async () => {
    await page.reload()
    await page.locator('nav').waitFor()
    await page.keyboard.press('Tab')
    expected((await focused('className')) === 'skip', String(await focused('outerHTML')))
    await page.keyboard.press('Enter')
    expected((await focused('tagName')) === 'H1', String(await focused('outerHTML')))
  })
  await claims.claim('views are reached by keys, and their heading has the focus', async () => {
    await page.locator('nav a', { hasText: 'Committee' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Votes that a block takes').waitFor()
    expected((await focused('textContent')) === 'Committee', String(await focused('outerHTML')))
    const outline = await page.evaluate(
      "(document.querySelector('nav a').focus(), getComputedStyle(document.activeElement).outlineStyle)",
    )
    expected(outline !== 'none', 'the focus is not seen')
  })
}

async function proveNetwork({ claims, page, context }: LiveSite): Promise<void> {
  await claims.claim('the network is drawn, and its table says the same', async () => {
    await show(page, 'network')
    const drawing = page.locator('.network')
    await drawing.locator('canvas').first().waitFor()
    await page.getByText(/^4 nodes, \d+ lines$/).waitFor()
    const begun = performance.now()
    let ink = 0
    while (ink < 0.002 && performance.now() - begun < 10_000)
      ink = await inkOf(context, await drawing.screenshot())
    expected(ink >= 0.002, 'the drawing is empty')
    expected((await page.locator('tbody tr').count()) === 4, 'not four rows')
  })
}

async function proveTrust({ claims, page, api, ids }: LiveSite): Promise<void> {
  await claims.claim(
    'a node of the trust graph, chosen by a key, says why it is trusted',
    async () => {
      await show(page, 'trust')
      const node = page.locator('svg [role=button]').filter({ hasText: 'n3' })
      await node.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Why n3 is trusted as it is' }).waitFor()
      const said = await api.trustGraph({ explain: ids.get('n3')! })
      const [reasons] = said.explanation!.overlays
      const panel = page.locator('.panel')
      expected(
        (await panel.locator('tbody tr').count()) === reasons!.steps.length,
        'other products',
      )
      const text = (await panel.textContent()) ?? ''
      expected(text.includes(String(reasons!.trust)), `no ${reasons!.trust} in ${text}`)
    },
  )
  await claims.claim('the aggregate of all overlays is one choice away', async () => {
    await page.getByLabel('Overlay').selectOption('all together')
    await page.getByText('over all overlays').first().waitFor()
  })
}

async function proveRoutes({ claims, page, api }: LiveSite): Promise<void> {
  await claims.claim('a trace is told hop by hop', async () => {
    await show(page, 'routes')
    await page.getByRole('textbox', { name: 'Key' }).fill('hello')
    await page.keyboard.press('Enter')
    await page.getByText('✓ answer of the root').waitFor()
    const route = await api.trace({ key: 'hello' })
    expected(
      (await page.locator('.hop').count()) === route.hops.length,
      `not ${route.hops.length} hops`,
    )
  })
  await claims.claim(
    'hops are drawn one after the other, but not where less motion is wanted',
    async () => {
      // A key whose route has a hop: this node is the root of a quarter of them.
      for (let i = 0; (await page.locator('.hop').count()) === 0 && i < 20; i++) {
        await page.getByRole('textbox', { name: 'Key' }).fill(`key ${i}`)
        await page.keyboard.press('Enter')
        await page.locator('.ring').waitFor()
      }
      const animation = () =>
        page.evaluate("getComputedStyle(document.querySelector('.hop')).animationName")
      expected((await animation()) === 'travel', 'it does not move')
      await page.emulateMedia({ reducedMotion: 'reduce' })
      expected((await animation()) === 'none', 'it moves')
      await page.emulateMedia({ reducedMotion: 'no-preference' })
    },
  )
  await claims.claim('every place of the tables and the leaf set has its reason', async () => {
    const table = await api.routeTable({})
    for (const { why } of table.rows) await page.getByText(why, { exact: true }).first().waitFor()
    await page.getByText('Leaf set: the nearest positions on both sides').waitFor()
  })
}

async function proveBlocks({ claims, page, api }: LiveSite): Promise<void> {
  await claims.claim('votes are shown as they come', async () => {
    await show(page, 'blocks')
    await page
      .getByText(/Votes of the committee for height \d+/)
      .waitFor({ timeout: blockWithinMs })
    await page.locator('td', { hasText: /^✓$/ }).first().waitFor()
  })
  await claims.claim('new blocks come by themselves and are verified', async () => {
    const { height } = await api.block({ height: 'latest' })
    const row = page.locator('tr', {
      has: page.getByRole('link', { name: String(height + 1), exact: true }),
    })
    await row.waitFor({ timeout: blockWithinMs })
    await row.getByText(/^✓ \d of 4$/).waitFor()
    await row.getByRole('link').click()
    await page.getByText(/✓ \d good signatures of 4 members/).waitFor()
  })
  await claims.claim('a signature forged on its way is noticed', async () => {
    const forged = await page.context().newPage()
    await forged.route('**/v1/blocks/*', async (route) => {
      const response = await route.fetch()
      const block = (await response.json()) as { commit: { votes: { signature: string }[] } }
      const [vote] = block.commit.votes
      if (vote !== undefined) vote.signature = `${vote.signature.slice(0, -2)}00`
      await route.fulfill({ response, json: block })
    })
    await forged.goto(page.url())
    await forged.locator('.tick.refused', { hasText: 'signature' }).waitFor()
    await forged.close()
  })
}

async function proveRating({ claims, page, other, ids }: LiveSite): Promise<void> {
  const reason = 'answered every request of the day'
  await claims.claim(
    'a rating in stars goes out, is final, and reaches the other nodes',
    async () => {
      await show(page, 'rate')
      await page.getByLabel('Peer').fill('n4')
      await page.getByLabel('Stars, 1 to 5').fill('4.5')
      await page.getByLabel('Category').selectOption('honesty')
      await page.getByLabel(/^Reason/).fill(reason)
      await page.keyboard.press('Enter')
      await page.getByText(/final in block \d+/).waitFor({ timeout: blockWithinMs })
      const held = await until(
        'another node holds the rating',
        async () => (await other.ratings({ subject: ids.get('n4')! })).ratings,
        (ratings) => ratings.some((rating) => rating.reason === reason),
      )
      const found = held.find((rating) => rating.reason === reason)
      expected(found?.kind === 'honesty' && found.value === 0.75, JSON.stringify(found))
    },
  )
  await claims.claim('the reputation of a node shows who gave it what', async () => {
    await page.getByRole('link', { name: 'See its reputation' }).click()
    await page.locator('tr', { hasText: reason }).getByText('4.5 ★').waitFor()
    await page.locator('svg.line').waitFor()
  })
  await claims.claim('what the node refuses is said in its words', async () => {
    await show(page, 'rate')
    await page.getByLabel('Peer').fill('nobody')
    await page.getByRole('button', { name: 'Sign and send' }).click()
    await page.locator('.warning code', { hasText: 'peer/unknown' }).waitFor()
  })
  await claims.claim(
    'without the token one reads but does not rate, until it is given',
    async () => {
      const origin = new URL(page.url()).origin
      const token = await page.evaluate("sessionStorage.getItem('trustnet/token')")
      const stranger = await page.context().browser()!.newContext()
      const bare = await stranger.newPage()
      await bare.goto(`${origin}/#/rate`)
      const send = bare.getByRole('button', { name: 'Sign and send' })
      await bare.getByLabel('Peer').fill('n2')
      await send.click()
      await bare.locator('.warning code', { hasText: 'api/token-refused' }).waitFor()
      await bare.getByLabel(/or the token/).fill(`${origin}/#token=${token}`)
      await bare.getByRole('button', { name: 'Use it' }).click()
      await send.click()
      await bare.getByText(/final in block \d+/).waitFor({ timeout: blockWithinMs })
      await stranger.close()
    },
  )
}

async function proveAttacks({ claims, page }: LiveSite): Promise<void> {
  await claims.claim('lookups are tried and counted', async () => {
    await show(page, 'attacks')
    await page.getByRole('button', { name: 'Look up 20 random keys' }).click()
    await page.getByText('20 of 20 answered by the root, 0 failed').waitFor({ timeout: 60_000 })
  })
}
