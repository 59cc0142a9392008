// Acceptance 4 of the living network at its full size: a thousand whole nodes join through any node
// that is there, rate, learn all ratings, and route. The baseline stands beside it: the same nodes
// with the same acquaintances and round trips, their tables filled by plain Pastry.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { longForm } from './long-form.ts'
import type { ThousandFigures } from './thousand-run.ts'

const { nodes, seeds } = longForm({ nodes: 1_000 })
const program = fileURLToPath(new URL('./thousand-run.ts', import.meta.url))

async function figures(seed: number): Promise<ThousandFigures> {
  const args = ['--max-semi-space-size=64', program, String(nodes), String(seed)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

for (const seed of seeds)
  test(`${nodes} nodes join, rate and route (seed ${seed})`, { timeout: 600_000 }, async () => {
    const run = await figures(seed)
    console.log(JSON.stringify(run))
    expect(run.failures).toEqual([])
    expect(run.distnet.delivered).toBe(run.lookups)
    expect(run.pastry.delivered).toBe(run.lookups)
    expect(run.distnet.meanHops).toBeLessThanOrEqual(1.1 * run.pastry.meanHops)
    expect(run.ringFaults).toBe(0)
  })
