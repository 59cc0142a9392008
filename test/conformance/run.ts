// `npm run conformance -- [--traces DIR] [--json]`: replays the traces of Malachite's specification
// and prints where our core differs. Exit 1 with divergences; 0 with a reason where there is no trace.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../core/shared-folder.ts'
import { readTraces } from './itf.ts'
import { goesOn, replay } from './replay.ts'

/** Divergences printed in full; their number is printed in any case. */
const printedMax = 20
/** Characters of each side of a divergence that are printed, from shortly before they part. */
const shownMax = 300

const { values } = parseArgs({
  options: { traces: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const folder = values.traces ?? join(projectRoot, '..', 'shared', 'vectors', 'malachite-itf')

const partOf = (text: string, other: string): string => {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return text.slice(Math.max(0, at - 40), at + shownMax)
}

if (!existsSync(folder)) {
  console.log(`skipped: ${folder} is not on this machine`)
  if (values.traces !== undefined) process.exitCode = 1
} else {
  const traces = readTraces(folder)
  const found = traces.flatMap(replay)
  const divergences = found.filter((divergence) => !goesOn(divergence))
  for (const { path, state, node, ours } of found.filter(goesOn).slice(0, printedMax))
    console.log(
      `${path} state ${state} ${node}: ours would go on (${ours}); the specification waits`,
    )
  for (const { path, state, node, field, ours, theirs } of divergences.slice(0, printedMax)) {
    console.log(`${path} state ${state} ${node} ${field}`)
    console.log(`  ours   …${partOf(ours, theirs)}`)
    console.log(`  theirs …${partOf(theirs, ours)}`)
  }
  const states = traces.reduce((sum, trace) => sum + trace.states.length, 0)
  const counts = { traces: traces.length, states, divergences: divergences.length }
  if (values.json) console.log(JSON.stringify({ schemaVersion: 1, ...counts }))
  else console.log(`${counts.traces} traces, ${states} states, ${divergences.length} divergences`)
  if (divergences.length > 0) process.exitCode = 1
}
