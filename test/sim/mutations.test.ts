// The mutation check itself takes minutes (`npm run mutations`); here only: every patch still fits the
// code that it is to break, exactly once, and no rule is without one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mutations } from '../../bench/mutations.ts'

const root = join(import.meta.dirname, '../..')

test.each(mutations)('rule $rule broken: $patch: its text stands once in $file', (mutation) => {
  const { file, find, replace } = mutation
  expect(readFileSync(join(root, file), 'utf8').split(find)).toHaveLength(2)
  expect(replace).not.toBe(find)
})

test('each of the 24 rules is broken by at least one patch', () => {
  const broken = new Set(mutations.map(({ rule }) => rule))
  expect(Array.from({ length: 24 }, (_, i) => i + 1).filter((rule) => !broken.has(rule))).toEqual(
    [],
  )
})
