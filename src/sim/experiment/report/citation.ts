// The command that gives the same results again, and a BibTeX entry that says which results are meant.
import type { ReportInput } from './input.ts'

export function commandOf({ plan }: ReportInput, seeds: readonly number[]): string {
  const { name } = plan.scenario
  return `npx trustnet experiment run scenario.yaml --seeds ${Math.max(1, seeds.length)} --out ${slug(name)}-again`
}

/** No year: when it was run is not part of the results; whoever cites adds it. */
export function citationOf({ plan, versions, files }: ReportInput): string {
  const title = plan.title === '' ? plan.scenario.name : plan.title
  const digest = files.find(({ name }) => name === 'results.csv')?.sha256
  return [
    `@misc{trustnet-${slug(plan.scenario.name)},`,
    `  title = {${inBraces(title)}: an experiment with trustnet},`,
    `  howpublished = {trustnet ${versions.trustnet ?? ''}, trustnet experiment run},`,
    ...(digest === undefined ? [] : [`  note = {SHA-256 of results.csv: ${digest}},`]),
    '}',
  ].join('\n')
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'experiment'

const inBraces = (title: string): string =>
  title.replace(/[&%#_$]/g, '\\$&').replace(/[{}\\](?![&%#_$])/g, '')
