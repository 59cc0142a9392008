// Draws the committed results of presets (experiments/results) as the report would, and writes where
// pages show them: docs/images/experiment-PRESET.svg, and picture, caption and link to the numbers
// between a page's marks. `node bench/plots.ts`, and `--check` to see whether all are current.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { loadScenario } from '../cli/experiment/presets.ts'
import type { SuccessCell } from '../src/sim/experiment/report/cells.ts'
import { drawAll } from '../src/sim/experiment/report/draw.ts'
import type { Plot } from '../src/sim/experiment/report/plot.ts'
import { successPlotOf } from '../src/sim/experiment/report/plots.ts'
import { routerLabels } from '../src/sim/experiment/report/router-labels.ts'
import { type Recorded, recordedOf } from './presets/recorded.ts'
import { flagsOf } from './report.ts'

const pages = ['README.md', 'docs/experiments.md']

const marks = /(<!-- plot of (\S+) -->\n)[\s\S]*?(<!-- until here -->)/g

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The cells as the report's plots take them. */
function cellsOf({ cells, seeds }: Recorded): SuccessCell[] {
  const placed = cells.map(({ router, options, point }) => ({
    ...{ router: { ...options, name: router }, params: point },
  }))
  const labels = routerLabels(placed)
  return cells.map(({ point, success }, i) => ({
    ...{ router: labels[i]!, params: point },
    summary: { success, seeds: Array.from({ length: seeds }, (_, run) => run + 1) },
  }))
}

/** What a page shows of a preset. The README keeps to what is to be seen. */
async function shown(page: string, preset: string, plot: Plot, { seeds, lookups }: Recorded) {
  const { title } = (await loadScenario(preset, { set: [] })).plan
  const from = (file: string): string => relative(dirname(page), file)
  const caption = page === 'README.md' ? `${plot.title}.` : plot.caption
  return `![${plot.title}: ${title}. ${plot.description}](${from(imageOf(preset))})

**${title}.** ${caption} ${seeds} seeds of ${lookups} lookups a cell: [the numbers](${from(`experiments/results/${preset}.json`)}).
`
}

const imageOf = (preset: string): string => `docs/images/experiment-${preset}.svg`

/** File, from the repository's root, → its text as it should be. */
export async function plottedFiles(): Promise<ReadonlyMap<string, string>> {
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(marks)].map(([, , preset]) => preset!),
  )
  const presets = [...new Set(named)].map((preset) => {
    const recorded = recordedOf(preset)
    return { preset, recorded, plot: successPlotOf(cellsOf(recorded)) }
  })
  const drawn = await drawAll(
    Object.fromEntries(presets.map(({ preset, plot }) => [preset, plot.specification])),
  )
  const files = new Map(presets.map(({ preset }) => [imageOf(preset), drawn[preset]!]))
  for (const page of pages) {
    const texts = await Promise.all(
      presets.map(
        async ({ preset, plot, recorded }): Promise<[string, string]> => [
          preset,
          await shown(page, preset, plot, recorded),
        ],
      ),
    )
    const byPreset = new Map(texts)
    const write = (_: string, from: string, preset: string, to: string): string =>
      `${from}${byPreset.get(preset)}${to}`
    files.set(page, textOf(page).replace(marks, write))
  }
  return files
}

async function main(): Promise<void> {
  const { check } = flagsOf({ check: { type: 'boolean', default: false } })
  for (const [file, text] of await plottedFiles()) {
    if (currentOf(file) === text) continue
    if (check) {
      process.stderr.write(`${file} is not current: run npm run docs:plots\n`)
      process.exitCode = 1
    } else writeFileSync(join(root, file), text)
  }
}

/** Undefined where it is not there. */
function currentOf(file: string): string | undefined {
  try {
    return textOf(file)
  } catch {
    return undefined
  }
}

if (import.meta.main) await main()
