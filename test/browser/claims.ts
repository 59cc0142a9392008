// Claims about a page, proved one after the other: each is printed with how long it took, and what
// was wrong where it does not hold. The rest goes on, since one broken view says nothing of others.
import type { BrowserContext, Page } from 'playwright-core'

export interface Told {
  readonly claim: string
  readonly ms: number
  readonly wrong?: string
}

export class Claims {
  readonly told: Told[] = []
  readonly #print: boolean

  constructor(print: boolean) {
    this.#print = print
  }

  get hold(): boolean {
    return this.told.every(({ wrong }) => wrong === undefined)
  }

  async claim(claim: string, prove: () => Promise<void>): Promise<void> {
    const begun = performance.now()
    const since = (): number => Math.round(performance.now() - begun)
    try {
      await prove()
      this.#tell({ claim, ms: since() })
    } catch (error) {
      this.#tell({ claim, ms: since(), wrong: (error as Error).message })
    }
  }

  #tell(told: Told): void {
    this.told.push(told)
    if (!this.#print) return
    const { claim, ms, wrong } = told
    process.stdout.write(
      wrong === undefined ? `✓ ${claim} (${ms} ms)\n` : `✗ ${claim}\n    ${wrong}\n`,
    )
  }
}

export function expected(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

/** What pages of a context complain of, and whom they ask: nobody but the node at `origin`. */
export function complaintsOf(context: BrowserContext, origin: string): readonly string[] {
  const heard: string[] = []
  const follow = (page: Page): void => {
    page.on('console', (message) => {
      const text = message.text()
      // A refused request is a line in the console too; views say what was refused.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
        heard.push(`console: ${text}`)
    })
    page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) heard.push(`asked for ${request.url()}`)
    })
  }
  context.on('page', follow)
  return heard
}

/** The share of a picture that is not its ground, from 0 to 1. */
export async function inkOf(context: BrowserContext, png: Uint8Array): Promise<number> {
  const page = await context.newPage()
  try {
    return (await page.evaluate(
      `(async () => {
        const bytes = Uint8Array.from(atob('${Buffer.from(png).toString('base64')}'), (c) => c.charCodeAt(0))
        const picture = await createImageBitmap(new Blob([bytes]))
        const canvas = new OffscreenCanvas(picture.width, picture.height)
        const drawing = canvas.getContext('2d')
        drawing.drawImage(picture, 0, 0)
        const { data } = drawing.getImageData(0, 0, picture.width, picture.height)
        const ground = 4 * (8 * picture.width + 8)
        let ink = 0
        for (let at = 0; at < data.length; at += 4)
          if (Math.abs(data[at] - data[ground]) + Math.abs(data[at + 1] - data[ground + 1]) + Math.abs(data[at + 2] - data[ground + 2]) > 24) ink++
        return ink / (data.length / 4)
      })()`,
    )) as number
  } finally {
    await page.close()
  }
}
