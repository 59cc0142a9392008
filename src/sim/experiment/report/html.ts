// The few pieces of HTML that every part of the report is made of. Text is escaped here, once.

/** Markup that is already escaped; only the functions below make it. */
export type Html = { readonly html: string }

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A template whose values are escaped unless they are markup already; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = parts.reduce((all, part, i) => all + rendered(values[i - 1]) + part)
  return { html: text }
}

type HtmlValue = string | number | undefined | Html | readonly Html[]

function rendered(value: HtmlValue): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  if ('html' in value) return value.html
  return value.map((part) => part.html).join('')
}

/** Markup of our own making, such as a drawn SVG. */
export const trusted = (markup: string): Html => ({ html: markup })

/** A column of a table: its heading, and whether its cells are numbers. */
export interface TableColumn {
  readonly name: string
  readonly numeric?: boolean | undefined
}

/** A table with a caption; the first column heads its rows. */
export function tableOf(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): Html {
  const head = columns.map(
    ({ name, numeric }) =>
      html`<th scope="col"${trusted(numeric ? ' class="number"' : '')}>${name}</th>`,
  )
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => {
      if (i === 0) return html`<th scope="row">${cell}</th>`
      return html`<td${trusted(columns[i]?.numeric ? ' class="number"' : '')}>${cell}</td>`
    })
    return html`<tr>${cells}</tr>
`
  })
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>
`
}
