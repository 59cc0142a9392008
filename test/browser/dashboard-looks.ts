// How every view of the dashboard looks and is built: it fits the screen, its text is legible, every
// control has a name, and the landmarks are there; on a desktop and a phone, light and dark.
import type { Browser, Page } from 'playwright-core'
import { type Claims, expected } from './claims.ts'
import { type Faint, faintTexts } from './contrast.ts'

/** WCAG 2.2, 1.4.3, level AA. */
const contrastMin = 4.5

export const viewNames = [
  ...['', 'network', 'trust', 'routes', 'blocks', 'committee', 'reputation', 'rate'],
  ...['values', 'reach', 'attacks'],
]

const screens = [
  { name: 'desktop, light', width: 1200, scheme: 'light' },
  { name: 'desktop, dark', width: 1200, scheme: 'dark' },
  { name: 'phone, light', width: 390, scheme: 'light' },
  { name: 'phone, dark', width: 390, scheme: 'dark' },
] as const

export async function proveLooks(claims: Claims, browser: Browser, address: string): Promise<void> {
  for (const { name, width, scheme } of screens) {
    const context = await browser.newContext({
      ...{ viewport: { width, height: 850 }, colorScheme: scheme, reducedMotion: 'reduce' },
    })
    const page = await context.newPage()
    await page.goto(address)
    await page.locator('.tick.verified').waitFor({ timeout: 60_000 })
    for (const view of viewNames)
      await claims.claim(`${name}: ${view || 'node'} is legible, fits and is named`, async () => {
        await show(page, view)
        const wrong = [...(await tooWide(page)), ...(await faint(page)), ...(await nameless(page))]
        expected(wrong.length === 0, wrong.join('; '))
      })
    await context.close()
  }
}

/** Shows a view and waits until nothing of it is on its way. */
export async function show(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`)
  await page.locator(`nav a[aria-current][href="#/${view.split('?')[0]}"]`).waitFor()
  await page.waitForLoadState('load')
  await page.getByText('Asking the node …').first().waitFor({ state: 'detached' })
}

async function tooWide(page: Page): Promise<readonly string[]> {
  const over = Number(
    await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ),
  )
  return over > 0 ? [`the page is ${over} pixels wider than the screen`] : []
}

async function faint(page: Page): Promise<readonly string[]> {
  const found = (await page.evaluate(`(${faintTexts})(${contrastMin})`)) as readonly Faint[]
  return found.map(({ text, contrast }) => `"${text}" has a contrast of ${contrast}`)
}

/** Landmarks that are missing, controls and pictures without a name, tables without head or caption. */
const unnamed = `(() => {
  const wrong = []
  for (const [what, count] of [['main', 1], ['nav[aria-label]', 1], ['header', 1], ['h1', 1]])
    if (document.querySelectorAll(what).length !== count) wrong.push('not one ' + what)
  for (const control of document.querySelectorAll('input, select'))
    if (control.labels.length === 0) wrong.push('no label: ' + control.outerHTML.slice(0, 80))
  for (const one of document.querySelectorAll('button, a'))
    if (one.textContent.trim() === '') wrong.push('no text: ' + one.outerHTML.slice(0, 80))
  for (const one of document.querySelectorAll('[role=img], [role=button]'))
    if (!one.hasAttribute('aria-label') && !one.hasAttribute('aria-labelledby')) wrong.push('no name: ' + one.outerHTML.slice(0, 80))
  for (const table of document.querySelectorAll('table'))
    if (table.caption === null || table.querySelector('th[scope=col]') === null) wrong.push('a table without caption or head')
  for (const one of document.querySelectorAll('[aria-labelledby]'))
    if (document.getElementById(one.getAttribute('aria-labelledby')) === null) wrong.push('named by nothing: ' + one.outerHTML.slice(0, 80))
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
  if (new Set(ids).size !== ids.length) wrong.push('an id stands twice')
  return wrong
})()`

const nameless = async (page: Page): Promise<readonly string[]> =>
  (await page.evaluate(unnamed)) as readonly string[]
