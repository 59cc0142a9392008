// From results to the files of a report: report.html, and each plot as SVG, CSV and vega-lite
// specification. Pure: the same input gives the same bytes; the command writes them.
import { cellsOf } from './cells.ts'
import { plotCsv } from './csv-text.ts'
import { drawAll } from './draw.ts'
import type { ReportInput } from './input.ts'
import { pageOf } from './page.ts'
import { plotsOf } from './plots.ts'

/**
 * @returns file name, relative to the results directory → text
 */
export async function reportFiles(input: ReportInput): Promise<Readonly<Record<string, string>>> {
  const cells = cellsOf(input.results, input.plan.sweep)
  const plots = cells.length === 0 ? [] : plotsOf(cells)
  const drawn = await drawAll(
    Object.fromEntries(plots.map(({ name, specification }) => [name, specification])),
  )
  const files: Record<string, string> = { 'report.html': pageOf(input, cells, plots, drawn) }
  for (const plot of plots) {
    files[`plots/${plot.name}.svg`] = drawn[plot.name]!
    files[`plots/${plot.name}.csv`] = plotCsv(plot)
    files[`plots/${plot.name}.vl.json`] = `${JSON.stringify(plot.specification, null, 2)}\n`
  }
  return files
}
