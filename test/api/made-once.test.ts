// Parts of the server that are made at first need: once, and again after a failure that has passed.
import { expect, test } from 'vitest'
import { madeOnce } from '../../src/api/made-once.ts'

test('it is made once, also for those who ask while it is being made', async () => {
  let times = 0
  const get = madeOnce(async () => {
    times += 1
    return times
  })
  expect(await Promise.all([get(), get()])).toEqual([1, 1])
  expect(await get()).toBe(1)
})

test('what could not be made is made anew when it is asked for again', async () => {
  let works = false
  const get = madeOnce(async () => {
    if (!works) throw new Error('no file descriptor is free')
    return 'made'
  })
  await expect(Promise.all([get(), get()])).rejects.toThrow('no file descriptor')
  works = true
  expect(await get()).toBe('made')
})
