// report.html: one file that asks nothing of the network, for screen and print, with every plot as
// inline SVG and as a table, and all that a reader needs to run the experiment again.
import type { Cell } from './cells.ts'
import { citationOf, commandOf } from './citation.ts'
import { type Html, html, tableOf, trusted } from './html.ts'
import type { ReportInput } from './input.ts'
import { methodOf, parametersOf, written } from './method.ts'
import { followingTheme, pageStyle } from './page-style.ts'
import type { Plot } from './plot.ts'
import { furtherTable, plotTable, resultTable } from './result-tables.ts'

/** No script runs and nothing is fetched, even if a title held markup. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

export function pageOf(
  input: ReportInput,
  cells: readonly Cell[],
  plots: readonly Plot[],
  drawn: Readonly<Record<string, string>>,
): string {
  const { plan, results } = input
  const seeds = [...new Set(results.map(({ run }) => run.seed))].sort((a, b) => a - b)
  const title = plan.title === '' ? plan.scenario.name : plan.title
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="trustnet ${input.versions.trustnet}">
<title>${title}: trustnet experiment</title>
<style>
${trusted(pageStyle)}
</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="about">${plan.about.trim()}</p>
${factsOf(input, cells, seeds)}
${unfinished(input)}</header>
<main>
<section aria-labelledby="plots"><h2 id="plots">Results</h2>
${plots.map((plot, i) => figure(plot, drawn[plot.name]!, i + 1))}</section>
<section aria-labelledby="figures"><h2 id="figures">All figures</h2>
${resultTable(cells)}${furtherTable(cells)}</section>
<section aria-labelledby="method"><h2 id="method">Method</h2>
${methodOf(plan, seeds).map(
  (paragraph) => html`<p>${paragraph}</p>
`,
)}</section>
${parametersSection(input)}
${repetitionSection(input, seeds)}
${filesSection(input, plots)}
</main>
<footer><p>Made by trustnet ${input.versions.trustnet} from the files beside it; the same results give the same report.</p></footer>
</body>
</html>
`
  return page.html
}

function factsOf(input: ReportInput, cells: readonly Cell[], seeds: readonly number[]): Html {
  const lookups = cells.reduce((all, { summary }) => all + summary.lookups, 0)
  const { engine } = input.plan.scenario
  const facts: readonly (readonly [string, string])[] = [
    counted(new Set(cells.map(({ router }) => router)).size, 'router'),
    counted(new Set(cells.map(({ params }) => JSON.stringify(params))).size, 'point'),
    counted(seeds.length, 'seed'),
    counted(input.results.length, 'run'),
    [lookups.toLocaleString('en-US'), 'lookups'],
    [engine, 'engine'],
  ]
  const items = facts.map(
    ([value, name]) => html`<li><strong>${value}</strong> <span>${name}</span></li>`,
  )
  return html`<ul class="facts">${items}</ul>`
}

const counted = (count: number, name: string): readonly [string, string] => [
  String(count),
  count === 1 ? name : `${name}s`,
]

function unfinished({ results, planned }: ReportInput): Html {
  if (results.length >= planned) return html``
  return html`<p class="warning"><strong>Unfinished:</strong> ${results.length} of ${planned} runs are done. Run the experiment again with <code>--resume</code> for the rest.</p>
`
}

function figure(plot: Plot, svg: string, number: number): Html {
  const id = `plot-${plot.name}`
  const files = ['svg', 'csv', 'vl.json'].map((kind, i) => {
    const name = `plots/${plot.name}.${kind}`
    return html`${i === 0 ? '' : ' · '}<a href="${name}">${name}</a>`
  })
  return html`<figure id="${plot.name}" aria-labelledby="${id}-heading">
<h3 id="${id}-heading">${plot.title}</h3>
<div class="drawing" role="region" aria-label="Plot: ${plot.title}" tabindex="0">${inline(plot, svg, id)}</div>
<figcaption><strong>Figure ${number}.</strong> ${plot.caption}</figcaption>
<p class="files">${files}</p>
<details><summary>The same as a table</summary>
${plotTable(plot)}</details>
</figure>
`
}

/** The drawing with a title and a description, which screen readers say instead of its shapes. */
function inline(plot: Plot, svg: string, id: string): Html {
  const named = html`<title id="${id}-title">${plot.title}</title><desc id="${id}-desc">${plot.description}</desc>`
  const opened = svg
    .trim()
    .replace(/^<svg /, `<svg role="img" aria-labelledby="${id}-title ${id}-desc" `)
    .replace(/^(<svg [^>]*>)/, (head) => `${head}${named.html}`)
  return trusted(followingTheme(opened))
}

function parametersSection({ plan }: ReportInput): Html {
  const routers = plan.scenario.routers.flatMap(({ name, ...options }) => {
    const given = Object.entries(options)
    return given.length === 0
      ? [[name, '', '']]
      : given.map(([option, value]) => [name, option, written(value)])
  })
  return html`<section class="text" aria-labelledby="parameters"><h2 id="parameters">Parameters</h2>
<p>Every parameter, defaults included.</p>
${tableOf('Scenario', [{ name: 'parameter' }, { name: 'value' }], parametersOf(plan))}${tableOf('Routers', [{ name: 'router' }, { name: 'option' }, { name: 'value' }], routers)}</section>`
}

function repetitionSection(input: ReportInput, seeds: readonly number[]): Html {
  const versions = Object.entries(input.versions).map(([name, version]) => [name, version])
  return html`<section aria-labelledby="again"><h2 id="again">Running it again, and citing it</h2>
<p>Seeds: ${seeds.join(', ')}. The same scenario, seeds and version of trustnet give the same bytes of <code>results.csv</code>.</p>
<pre tabindex="0">${commandOf(input, seeds)}</pre>
${tableOf('Made with', [{ name: 'program' }, { name: 'version' }], versions)}${materialsTable(input)}<p>To cite these results, name the version, the scenario and the digest of <code>results.csv</code>, by which readers know that they have the same numbers:</p>
<pre tabindex="0">${citationOf(input)}</pre>
<details><summary>The scenario with every default written out (scenario.yaml)</summary>
<pre tabindex="0">${input.scenarioText}</pre></details></section>`
}

/** What others need besides the scenario, and how they know that theirs is the same. */
function materialsTable({ materials }: ReportInput): Html | undefined {
  const rows = Object.entries(materials)
  if (rows.length === 0) return undefined
  return tableOf('Files that the runs read', [{ name: 'file' }, { name: 'SHA-256' }], rows)
}

function filesSection({ files }: ReportInput, plots: readonly Plot[]): Html {
  const rows = files.map(
    ({ name, about, sha256 }) =>
      html`<tr><th scope="row"><a href="${name}">${name}</a></th><td>${about}</td><td><code>${sha256?.slice(0, 16)}</code></td></tr>
`,
  )
  return html`<section class="text" aria-labelledby="files"><h2 id="files">Files</h2>
<div class="wide" role="region" aria-label="Files" tabindex="0"><table><caption>Beside this report; SHA-256 shortened to 16 digits</caption><thead><tr><th scope="col">file</th><th scope="col">what it holds</th><th scope="col">SHA-256</th></tr></thead><tbody>
${rows}<tr><th scope="row">plots/</th><td>each of the ${plots.length} plots as SVG, its data as CSV, and its vega-lite specification</td><td></td></tr>
</tbody></table></div></section>`
}
