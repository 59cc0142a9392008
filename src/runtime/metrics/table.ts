// The catalogue as a table for docs/metrics.md, and what a dashboard may ask of it.
import { catalogue, type MetricDeclaration } from './catalogue.ts'

const declared = Object.entries(catalogue) as [string, MetricDeclaration][]

/** Rows of Markdown, one metric each, in the order of the catalogue. */
export function metricsTable(): string {
  const rows = declared.map(([name, { kind, labels = [], help }]) => {
    const labelled = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${kind} | ${labelled} | ${help} |`
  })
  return ['| metric | kind | labels | what it tells |', '|---|---|---|---|', ...rows].join('\n')
}

/** Every series that a scrape may bring: a histogram brings three. */
export const seriesNames: ReadonlySet<string> = new Set(
  declared.flatMap(([name, { kind }]) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)
