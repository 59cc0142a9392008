// The line of progress, with a clock and a terminal of the test's own, and remarks on memory.
import { describe, expect, test } from 'vitest'
import { remarkOnMemory } from '../../../cli/experiment/memory.ts'
import { durationOf, Progress } from '../../../cli/experiment/progress.ts'

function recorded(isTerminal: boolean) {
  const clock = { ms: 0 }
  const written: string[] = []
  const ports = { isTerminal, now: () => clock.ms, write: (text: string) => written.push(text) }
  return { clock, written, ports }
}

describe('progress', () => {
  test('rewrites one line on a terminal, with the time left by the work that is left', () => {
    const { clock, written, ports } = recorded(true)
    const progress = new Progress(3, 10, ports)
    clock.ms = 2_000
    progress.ended(0, 2, true)
    clock.ms = 5_000
    progress.underWay(2, 1)
    progress.ended(1, 3, false)
    progress.ended(2, 5, true)
    progress.close()
    expect(written.map((text) => text.replace('\r\u001b[K', '>'))).toEqual([
      '>0 of 3 runs (0%)',
      '>1 of 3 runs (20%), 8 s left',
      '>1 of 3 runs (30%), 12 s left',
      '>2 of 3 runs (60%), 1 failed, 4 s left',
      '>3 of 3 runs (100%), 1 failed',
      '\n',
    ])
  })

  test('is a line every ten seconds elsewhere, and one at the end', () => {
    const { clock, written, ports } = recorded(false)
    const progress = new Progress(40, 40, ports)
    for (let i = 0; i < 40; i++) {
      clock.ms += 600
      progress.ended(i, 1, true)
    }
    progress.close()
    expect(written).toEqual([
      '17 of 40 runs (42%), 14 s left\n',
      '34 of 40 runs (85%), 4 s left\n',
      '40 of 40 runs (100%)\n',
    ])
  })

  test.each([
    [900, '1 s'],
    [99_000, '99 s'],
    [100_000, '2 min'],
    [6_000_000, '1 h 40 min'],
  ])('%d ms are %s', (ms, words) => {
    expect(durationOf(ms)).toBe(words)
  })
})

describe('a remark on memory', () => {
  const tasks = [1, 3].map((gibibytes) => ({ bytes: gibibytes * 2 ** 30 }))
  const remark = (workers: number, gibibytes: number) =>
    remarkOnMemory(tasks, workers, gibibytes * 2 ** 30)

  test('is made where the largest runs do not fit beside each other', () => {
    expect(remark(2, 5)).toMatch(
      /take about 3.0 GiB of the 5.0 GiB .*: 1 of those at a time, not 2/,
    )
  })

  test('is not made where they do, or where there is one worker', () => {
    expect([remark(2, 6), remark(1, 4)]).toEqual([undefined, undefined])
  })
})
