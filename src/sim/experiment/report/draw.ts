// A vega-lite specification becomes an SVG: same specification, same bytes, without a browser. Vega
// is large, so it is loaded here and only when something is drawn.
import { textWidth } from './text-width.ts'

/** A vega-lite specification; vega-lite's own type is checked when it compiles one. */
export type Specification = Readonly<Record<string, unknown>>

/** Draws specifications: SVG text by the same names. */
export async function drawAll(
  specifications: Readonly<Record<string, Specification>>,
): Promise<Readonly<Record<string, string>>> {
  const vega = await import('vega')
  const vegaLite = await import('vega-lite')
  measureAlike(vega)
  const drawn: Record<string, string> = {}
  for (const [name, specification] of Object.entries(specifications)) {
    // Names of clip paths are numbered across views: begin anew, so that order does not matter.
    vega.resetSVGDefIds()
    const { spec } = vegaLite.compile(specification as never, { logger: silentLogger })
    const view = new vega.View(vega.parse(spec), { renderer: 'none', logLevel: vega.Error })
    try {
      drawn[name] = `${await view.toSVG()}\n`
    } finally {
      view.finalize()
    }
  }
  return drawn
}

/** Vega would ask a canvas of the machine how wide a text is; we ask the same table everywhere. */
function measureAlike(vega: typeof import('vega')): void {
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics }
  textMetrics.canvas(false)
  textMetrics.width = (item, text) =>
    textWidth(
      String(text ?? item.text ?? ''),
      item.fontSize ?? 11,
      item.fontWeight === 'bold' || Number(item.fontWeight) >= 600,
    )
}

interface TextMetrics {
  canvas(use: boolean): void
  width: (item: TextItem, text?: unknown) => number
}
interface TextItem {
  readonly text?: unknown
  readonly fontSize?: number
  readonly fontWeight?: string | number
}

/** Vega-lite warns of what it ignores; our specifications are tested, and a report is no console. */
const silentLogger = {
  level: () => silentLogger,
  error: (...told: readonly unknown[]) => {
    throw new Error(told.join(' '))
  },
  warn: () => silentLogger,
  info: () => silentLogger,
  debug: () => silentLogger,
} as never
