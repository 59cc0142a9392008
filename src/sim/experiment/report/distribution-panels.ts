// Plots of whole distributions cannot show every point of a long sweep: they show its first, middle
// and last value, a panel each, and say so. Their data files hold all points.
import type { Cell } from './cells.ts'
import { type Axes, chosenValues, panelOf, shortNameOf, valueText } from './sweep-axes.ts'

export interface ChosenPanels {
  /** The panel of a cell; undefined of a cell that is not drawn. */
  readonly panelOf: (cell: Cell) => string
  /** Those that are drawn, panel by panel. */
  readonly drawn: (cells: readonly Cell[]) => readonly Cell[]
  /** A sentence for the caption where not all is drawn. */
  readonly chosen: string
}

export function chosenPanels({ x, values, panelPaths, panels, texts }: Axes): ChosenPanels {
  const chosen = chosenValues(values)
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  return {
    panelOf: (cell) => panelOf(cell, texts, paths),
    drawn: (cells) =>
      x === undefined
        ? cells
        : panels.flatMap((panel) =>
            cells.filter(
              (cell) =>
                panelOf(cell, texts, panelPaths) === panel &&
                chosen.includes(cell.params[x] as number),
            ),
          ),
    chosen:
      x !== undefined && chosen.length < values.length
        ? ` Drawn for ${shortNameOf(x)} = ${chosen.map(valueText).join(', ')}; the data file holds every value.`
        : '',
  }
}
