// The feed that a program reads events from: order, ends, and the bound on what waits.
import { expect, test } from 'vitest'
import { FeedSource, feedWaitingMax } from '../../src/embed/feed.ts'

test('what came before and after somebody asks is read in order', async () => {
  const source = new FeedSource<number>(() => {})
  const { feed } = source
  source.push(1)
  expect(await feed.next()).toEqual({ done: false, value: 1 })
  const asked = [feed.next(), feed.next()]
  source.push(2)
  source.push(3)
  expect(await Promise.all(asked)).toEqual([
    { done: false, value: 2 },
    { done: false, value: 3 },
  ])
})

test('after its end what waits is still read, and whoever asks is answered', async () => {
  let ends = 0
  const source = new FeedSource<string>(() => {
    ends += 1
  })
  const { feed } = source
  source.push('last')
  source.end()
  source.end()
  source.push('too late')
  const read: string[] = []
  for await (const item of feed) read.push(item)
  expect([read, ends, feed.missed]).toEqual([['last'], 1, 0])
  const other = new FeedSource<string>(() => {})
  const asked = other.feed.next()
  other.end()
  expect(await asked).toEqual({ done: true, value: undefined })
})

test('a loop that is left ends the source', async () => {
  let ends = 0
  const source = new FeedSource<number>(() => {
    ends += 1
  })
  source.push(1)
  source.push(2)
  for await (const _ of source.feed) break
  expect(ends).toBe(1)
  expect(await source.feed.next()).toEqual({ done: true, value: undefined })
})

test('a reader that falls behind loses the oldest and can know how many', async () => {
  const source = new FeedSource<number>(() => {})
  for (let i = 0; i < feedWaitingMax + 5; i++) source.push(i)
  const { feed } = source
  expect(await feed.next()).toEqual({ done: false, value: 5 })
  expect(feed.missed).toBe(5)
})
