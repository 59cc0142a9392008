// How experiments read: what there is to run, and that a scenario is right.
import type { Catalogue, Validated } from '../experiment/catalogue.ts'
import { bold, table } from './table.ts'

export function renderCatalogue({ presets, routers, attacks }: Catalogue): string {
  const parts = (title: string, list: Catalogue['routers']): string =>
    `${bold(title)}\n${table(
      list,
      [
        { title: 'NAME', of: ({ name }) => name },
        { title: 'ABOUT', of: ({ about }) => about },
      ],
      'none',
    )}`
  const ready = table(
    presets,
    [
      { title: 'PRESET', of: ({ name }) => name },
      { title: 'RUNS', of: ({ runs }) => String(runs), right: true },
      { title: 'SEEDS', of: ({ seeds }) => String(seeds), right: true },
      { title: 'WHAT IT ASKS', of: ({ title }) => title },
    ],
    'none',
  )
  return [
    `${bold('Presets')}\n${ready}`,
    parts('Routers', routers),
    parts('Attacks', attacks),
    "'trustnet experiment show PRESET' prints a preset with every default, ready to be changed.",
  ].join('\n\n')
}

export function renderValidated(valid: Validated): string {
  const { name, points, routers, seeds, runs, files } = valid
  const count = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`
  const read = files.length === 0 ? '' : ` It reads ${files.join(', ')}.`
  return `${name} can be run: ${count(points, 'point')} × ${count(routers, 'router')} × ${count(seeds, 'seed')} = ${count(runs, 'run')}.${read}`
}
