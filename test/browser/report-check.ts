// Opens a report of an experiment in a real Chromium and checks what no unit test sees: that it is
// drawn, asks nothing of the network, is legible in light, dark and print, and fits a phone. Needs
// Chromium (Debian: apt-get install chromium; or its path in CHROMIUM) and playwright-core.
//
//   node test/browser/report-check.ts [REPORT.html] [--screenshots DIR] [--json]
//
// Without a report it makes one of built results. Exit code 0: all checks passed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { reportFiles } from '../../src/sim/experiment/report/report.ts'
import { reported } from '../sim/experiment/report/reported-runs.ts'
import { browserPath, openBrowser } from './chromium.ts'
import { type Faint, faintTexts } from './contrast.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'string' }, json: { type: 'boolean', default: false } },
})

/** WCAG 2.2, 1.4.3, level AA. */
const contrastMin = 4.5

interface View {
  readonly name: string
  readonly width: number
  readonly scheme: 'light' | 'dark'
  readonly media: 'screen' | 'print'
}
const views: readonly View[] = [
  { name: 'desktop', width: 1200, scheme: 'light', media: 'screen' },
  { name: 'dark', width: 1200, scheme: 'dark', media: 'screen' },
  { name: 'phone', width: 390, scheme: 'light', media: 'screen' },
  { name: 'phone-dark', width: 390, scheme: 'dark', media: 'screen' },
  // Printed from a dark desktop: paper stays white. A4 without its margins is 178 mm wide.
  { name: 'print', width: 673, scheme: 'dark', media: 'print' },
]

/** What is wrong in one view, as sentences. */
async function wrongIn(browser: Browser, url: string, view: View): Promise<readonly string[]> {
  const page = await browser.newPage({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.scheme,
  })
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      heard.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
  page.on('request', (request) => {
    if (request.url() !== url) heard.push(`asked for ${request.url()}`)
  })
  try {
    await page.goto(url)
    await page.emulateMedia({ media: view.media, colorScheme: view.scheme })
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    const wrong = [...heard, ...(await wrongLayout(page)), ...(await wrongFigures(page, view))]
    const faint = (await page.evaluate(`(${faintTexts})(${contrastMin})`)) as readonly Faint[]
    for (const { text, contrast } of faint) wrong.push(`"${text}" has a contrast of ${contrast}`)
    if (flags.screenshots !== undefined) await shoot(page, flags.screenshots, view)
    return wrong
  } finally {
    await page.close()
  }
}

async function wrongLayout(page: Page): Promise<readonly string[]> {
  const over = Number(
    await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ),
  )
  return over > 0 ? [`the page is ${over} pixels wider than the screen`] : []
}

/** Every figure is drawn, named and described; on the screen its table stands beside it. */
async function wrongFigures(page: Page, { media }: View): Promise<readonly string[]> {
  const figures = await page.locator('figure').all()
  const wrong: string[] = figures.length === 0 ? ['there is no figure'] : []
  for (const figure of figures) {
    const id = (await figure.getAttribute('id')) ?? '?'
    const drawing = figure.locator('svg')
    const box = await drawing.boundingBox()
    if (box === null || box.width < 250 || box.height < 60) wrong.push(`${id} is not drawn`)
    const shapes = await drawing.locator('path, line, rect').count()
    if (shapes < 5) wrong.push(`${id} has but ${shapes} shapes`)
    for (const part of ['title', 'desc'])
      if (((await drawing.locator(`> ${part}`).textContent()) ?? '').length < 10)
        wrong.push(`${id} has no ${part}`)
    const rows = await figure.locator('tbody tr').count()
    if (media === 'screen' && rows === 0) wrong.push(`${id} has no table`)
  }
  return wrong
}

async function shoot(page: Page, folder: string, { name, media }: View): Promise<void> {
  mkdirSync(folder, { recursive: true })
  if (media === 'print')
    await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true })
  await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = false })")
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** A report of built results in a folder of its own. */
async function builtReport(folder: string): Promise<string> {
  const files = await reportFiles(reported({ 'attack.fraction': [0, 0.1, 0.2, 0.3, 0.5] }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return join(folder, 'report.html')
}

async function main(): Promise<void> {
  const executablePath = browserPath()
  if (executablePath === undefined) {
    process.stdout.write(
      'No Chromium is there, so the report was not looked at: set CHROMIUM to its path.\n',
    )
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'trustnet-report-'))
  const browser = await openBrowser(executablePath)
  try {
    const report = positionals[0] ?? (await builtReport(folder))
    const url = pathToFileURL(resolve(report)).href
    const found: { view: string; wrong: readonly string[] }[] = []
    for (const view of views)
      found.push({ view: view.name, wrong: await wrongIn(browser, url, view) })
    tell(found)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell(found: readonly { view: string; wrong: readonly string[] }[]): void {
  const passed = found.every(({ wrong }) => wrong.length === 0)
  if (flags.json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, passed, found })}\n`)
  else
    for (const { view, wrong } of found)
      process.stdout.write(
        `${view}: ${wrong.length === 0 ? 'good' : `\n  ${wrong.join('\n  ')}`}\n`,
      )
  process.exitCode = passed ? 0 : 1
}

await main()
