// Writes the parts of the reference pages that follow from the code: the tables of docs/metrics.md and
// docs/api.md, and docs/commands.md. `node bench/reference.ts`, and `--check` to see whether they are current.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandTable } from '../cli/completion/command-table.ts'
import { commandReference } from '../cli/completion/reference.ts'
import { commandLine } from '../cli/config.ts'
import { endpointsTable } from '../src/api/endpoints-table.ts'
import { metricsTable } from '../src/runtime/metrics/table.ts'
import { flagsOf } from './report.ts'

/** The pages and what goes between their marks. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'metrics.md': metricsTable,
  'api.md': endpointsTable,
  'commands.md': async () => commandReference(commandTable(await commandLine(true))),
}

const marks = /(<!-- from the code -->\n)[\s\S]*?(<!-- until here -->)/

/** A page with its table as the code has it now. */
export function current(text: string, table: string): string {
  if (!marks.test(text)) throw new Error('the page has no marks to write between')
  return text.replace(marks, (_, from: string, to: string) => `${from}${table}\n${to}`)
}

async function main(): Promise<void> {
  const { check } = flagsOf({ check: { type: 'boolean', default: false } })
  for (const [page, table] of Object.entries(pages)) {
    const file = join(import.meta.dirname, '..', 'docs', page)
    const before = readFileSync(file, 'utf8')
    const after = current(before, await table())
    if (before === after) continue
    if (check) {
      process.stderr.write(`docs/${page} is not current: run npm run docs:reference\n`)
      process.exitCode = 1
    } else writeFileSync(file, after)
  }
}

if (import.meta.main) await main()
