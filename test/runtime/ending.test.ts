// How a node ends when one of its parts fails at that: everything else is let go, and the first thing
// that went wrong is told.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Ending } from '../../src/runtime/ending.ts'
import { startNode } from '../../src/runtime/running-node.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-ending-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('every part ends once, whatever the others do, and the first failure is the reason', async () => {
  const done: string[] = []
  const part = (name: string, why?: string) => async (): Promise<void> => {
    done.push(name)
    if (why !== undefined) throw new Error(why)
  }
  const ending = new Ending((error) => `because ${(error as Error).message}`)
  const parts = [part('a'), part('b', 'b broke'), part('c', 'c broke'), part('d')]
  const [first, second] = [ending.begin(parts), ending.begin(parts)]
  await expect(first).rejects.toBe('because b broke')
  await expect(second).rejects.toBe('because b broke')
  expect(done).toEqual(['a', 'b', 'c', 'd'])
  expect(await ending.ended).toBe('because b broke')
})

test('what a node failed for is the reason, not what failed after it; without either there is none', async () => {
  const failed = new Ending((error) => error)
  failed.failed('the store broke')
  await expect(failed.begin([() => Promise.reject('the rest broke')])).rejects.toBe(
    'the rest broke',
  )
  expect(await failed.ended).toBe('the store broke')
  const well = new Ending((error) => error)
  await well.begin([() => {}])
  expect(await well.ended).toBeUndefined()
})

test('a node whose transport fails to stop still lets its home go, and has ended', async () => {
  const settings = { home: join(folder, 'home'), engine: 'classic-level' } as const
  const node = await startNode(settings)
  const stop = node.transport.stop.bind(node.transport)
  Object.assign(node.transport, {
    async stop() {
      await stop()
      throw new Error('the sockets are stuck')
    },
  })
  await expect(node.stop()).rejects.toThrow('the sockets are stuck')
  expect(await node.ended).toMatchObject({ message: 'the sockets are stuck' })
  const again = await startNode(settings)
  await again.stop()
})
