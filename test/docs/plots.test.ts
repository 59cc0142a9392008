// The pictures that README and docs/experiments.md show are those of the committed results.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plottedFiles } from '../../bench/plots.ts'
import { recordedOf, recordedText } from '../../bench/presets/recorded.ts'

const root = join(import.meta.dirname, '..', '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const presets = readdirSync(join(root, 'experiments/results')).map((file) => file.slice(0, -5))

test('pictures, captions and alternative texts are current (npm run docs:plots)', async () => {
  const files = await plottedFiles()
  for (const [file, text] of files) expect(textOf(file) === text, file).toBe(true)
  const pictures = [...files.keys()].filter((file) => file.endsWith('.svg'))
  expect(pictures.length).toBeGreaterThanOrEqual(6)
  for (const picture of pictures) {
    expect(textOf(picture).length, picture).toBeLessThan(60_000)
    // A ground of its own: readable on a dark page too.
    expect(
      /^<svg [^>]*><rect width="\d+" height="\d+" fill="#ffffff"\/>/.test(textOf(picture)),
    ).toBe(true)
  }
  expect(textOf('README.md').match(/!\[[^\]]{100,}\]\(docs\/images\/experiment-/g)).toHaveLength(2)
})

test.each(presets)('the results of %s say what they were measured by', (preset) => {
  const recorded = recordedOf(preset)
  const { version, commits = [], seeds, lookups, cells } = recorded
  expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(seeds * lookups).toBeGreaterThan(0)
  expect(new Set(cells.map((cell) => cell.preset))).toEqual(new Set([preset]))
  const runs = commits.reduce((all, { runs }) => all + runs, 0)
  if (commits.length > 0) expect(runs).toBe(seeds * cells.length)
  // As --record writes them, byte for byte.
  expect(recordedText(recorded)).toBe(textOf(`experiments/results/${preset}.json`))
})
