// The dashboard's views of values and of reachability, over a node of a real devnet: what is put by form is
// held, listed and got; what is refused is told; and the connections are those of the node's API.
import { contentKeyOf } from '../../src/core/value-key.ts'
import { expected } from './claims.ts'
import { show } from './dashboard-looks.ts'
import type { LiveSite } from './live-site.ts'

export async function proveValues({ claims, page, api, other }: LiveSite): Promise<void> {
  const text = 'see you at the lighthouse'
  const key = contentKeyOf(Buffer.from(text))
  await claims.claim(
    'a value is put by form and keys alone, and listed with its holders',
    async () => {
      await show(page, 'values')
      await page.getByLabel('Text').fill(text)
      await page.keyboard.press('Enter')
      await page.locator('.done', { hasText: key }).waitFor()
      const row = page.locator('tr', { has: page.locator(`code[title="${key}"]`) })
      await row.waitFor()
      const held = (await api.values({})).values.find((one) => one.key === key)!
      expected(held.holders.length === 4, JSON.stringify(held))
      const said = (await row.textContent()) ?? ''
      expected(said.includes(`${text.length} B`), said)
      for (const { owner } of held.holders) expected(said.includes(owner), said)
    },
  )
  await claims.claim('another node has it, and the form gets it back', async () => {
    expected((await other.value({ key })).text === text, 'the other node reads something else')
    await page.getByLabel(/^Key, or the name/).fill(key)
    await page.getByRole('button', { name: 'Get it' }).click()
    await page.locator('pre', { hasText: text }).waitFor()
  })
  await claims.claim(
    'a signed value is listed with its author, and what is missing is told',
    async () => {
      await page.getByLabel('Text').fill('open until nine')
      await page.getByLabel(/^Name/).fill('hours')
      await page.getByRole('button', { name: 'Put it' }).click()
      await page.locator('tr', { hasText: 'hours' }).getByText('n1').first().waitFor()
      await page.getByLabel(/^Key, or the name/).fill('never put')
      await page.getByRole('button', { name: 'Get it' }).click()
      await page.locator('.warning code', { hasText: 'value/not-found' }).waitFor()
    },
  )
}

export async function proveReach({ claims, page, api }: LiveSite): Promise<void> {
  await claims.claim(
    'how the node is reached, and every connection, is told as the API tells it',
    async () => {
      await show(page, 'reach')
      await page.getByText('from this machine alone').waitFor()
      const { addresses, connections } = await api.reach()
      for (const address of addresses) await page.getByText(address, { exact: true }).waitFor()
      expected(connections.length === 3, `${connections.length} connections`)
      for (const { owner, remoteAddress } of connections) {
        const row = page.locator('tr', { hasText: remoteAddress })
        await row.getByText(owner, { exact: true }).waitFor()
        await row.getByText('● direct', { exact: true }).waitFor()
      }
    },
  )
}
