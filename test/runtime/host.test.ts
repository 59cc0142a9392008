// The host's numbered contract, point by point, with a small machine and a store that can be held
// back or made to fail.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import type { Effect, Input, Machine } from '../../src/core/machine.ts'
import { Host, type HostPorts } from '../../src/runtime/host.ts'

const peer = 'f'.repeat(32) as NodeId
type Says = Effect<string, string>
type Hears = Input<string, string>

/** A machine that answers each input by a function of it. */
const machineOf = (step: (input: Hears, now: number) => readonly Says[]): Machine<Hears, Says> => ({
  step,
})

/** A host whose every act is written down, and whose store resolves when it is told to. */
function rig(
  step: (input: Hears, now: number) => readonly Says[],
  persist?: HostPorts<string, string>['persist'],
) {
  const acts: string[] = []
  const failed = Promise.withResolvers<unknown>()
  let now = 1_000
  const host = new Host<string, string, string>(machineOf(step), {
    persist:
      persist ??
      ((writes) => {
        acts.push(`synced ${writes.map((write) => write.key).join(' ')}`)
        return Promise.resolve()
      }),
    send: (_to, message) => acts.push(`sent ${message}`),
    disconnect: (_peer, why) => acts.push(`cut ${why}`),
    tell: (note) => acts.push(`told ${note}`),
    clock: () => now,
    failed: failed.resolve,
  })
  const setClock = (to: number): void => {
    now = to
  }
  return { host, acts, failed: failed.promise, setClock }
}

const write = (key: string): Says => ({
  do: 'persist',
  writes: [{ key, value: new Uint8Array(1) }],
})
const send = (message: string): Says => ({ do: 'send', to: peer, message })

describe('the host', () => {
  test('performs effects in their order, and steps in theirs', async () => {
    const { host, acts } = rig((input) =>
      input.on === 'message' ? [send(`${input.message}1`), send(`${input.message}2`)] : [],
    )
    for (const message of ['a', 'b', 'c']) void host.post({ on: 'message', from: peer, message })
    await host.stop()
    expect(acts).toEqual(['sent a1', 'sent a2', 'sent b1', 'sent b2', 'sent c1', 'sent c2'])
  })

  test('lets nothing leave before what was persisted earlier is durable', async () => {
    const synced = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const { host, acts } = rig(
      (input) => (input.on === 'message' ? [write('k'), send('after')] : []),
      () => {
        begun.resolve()
        return synced.promise
      },
    )
    void host.post({ on: 'message', from: peer, message: 'x' })
    await begun.promise
    expect(acts).toEqual([])
    synced.resolve()
    await host.stop()
    expect(acts).toEqual(['sent after'])
  })

  test('shares one sync among steps that wait together', async () => {
    const { host, acts } = rig((input) =>
      input.on === 'message' ? [write(input.message), send(input.message)] : [],
    )
    for (const message of ['a', 'b', 'c']) void host.post({ on: 'message', from: peer, message })
    await host.stop()
    expect(acts).toEqual(['synced a b c', 'sent a', 'sent b', 'sent c'])
  })

  test('stops when the store fails: nothing leaves, commands are refused, the reason is told', async () => {
    const { host, acts, failed } = rig(
      (input) =>
        input.on === 'command'
          ? [
              write('k'),
              send('never'),
              { do: 'answer', command: input.id, answer: { ok: true, value: 1 } },
            ]
          : [],
      () => Promise.reject(new Error('disk full')),
    )
    const answer = await host.command('rate')
    expect(answer).toMatchObject({ ok: false, code: 'node/stopping' })
    expect(await failed).toMatchObject({ message: 'disk full' })
    expect(acts).toEqual([])
    expect(await host.command('again')).toMatchObject({ ok: false, code: 'node/stopping' })
  })

  test('stops when the machine throws', async () => {
    const { host, failed } = rig((input) => {
      if (input.on === 'message') throw new Error('a bug')
      return []
    })
    void host.post({ on: 'message', from: peer, message: 'x' })
    expect(await failed).toMatchObject({ message: 'a bug' })
    await host.stop()
  })

  test('fires a timer once, through the mailbox; setting it again moves it, cancelling ends it', async () => {
    const fired: string[] = []
    const done = Promise.withResolvers<void>()
    const { host } = rig((input) => {
      if (input.on === 'start')
        return [
          { do: 'schedule', timer: 'cancelled', after: 1 },
          { do: 'schedule', timer: 'moved', after: 1 },
          { do: 'cancel', timer: 'cancelled' },
          { do: 'schedule', timer: 'moved', after: 20 },
          { do: 'schedule', timer: 'soon', after: 5 },
        ]
      if (input.on !== 'timer') return []
      fired.push(input.timer)
      if (input.timer === 'moved') done.resolve()
      return []
    })
    void host.post({ on: 'start' })
    await done.promise
    await host.stop()
    expect(fired).toEqual(['soon', 'moved'])
  })

  test('never lets `now` go back', async () => {
    const times: number[] = []
    const { host, setClock } = rig((_input, now) => {
      times.push(now)
      return []
    })
    void host.post({ on: 'message', from: peer, message: 'x' })
    await Promise.resolve()
    await Promise.resolve()
    setClock(10)
    void host.post({ on: 'message', from: peer, message: 'y' })
    await host.stop()
    expect(times).toEqual([1_000, 1_000, 1_000])
  })

  test('asks readers to wait once the mailbox is full, and lets them go on when it has room', async () => {
    const { host } = rig(() => [])
    let waits = 0
    let last: Promise<void> | undefined
    for (let i = 0; i < 3_000; i++) {
      last = host.post({ on: 'message', from: peer, message: 'x' })
      if (last !== undefined) waits++
    }
    expect(waits).toBeGreaterThan(0)
    await last
    expect(host.post({ on: 'message', from: peer, message: 'x' })).toBeUndefined()
    await host.stop()
  })

  test('stops under load: what comes after the farewell is refused, and what came before is performed', async () => {
    let sent = 0
    // Every message that leaves brings another one, as from a peer that never rests.
    const step = (input: Hears): readonly Says[] => {
      if (input.on === 'message') return [send('reply')]
      return input.on === 'stop' ? [send('bye')] : []
    }
    const host: Host<string, string, string> = new Host<string, string, string>(machineOf(step), {
      persist: () => Promise.resolve(),
      send: () => {
        sent += 1
        void host.post({ on: 'message', from: peer, message: 'more' })
      },
      disconnect: () => {},
      tell: () => {},
      clock: () => 1,
      failed: () => {},
    })
    for (const message of ['a', 'b']) void host.post({ on: 'message', from: peer, message })
    const over = host.stop()
    expect(host.post({ on: 'message', from: peer, message: 'late' })).toBeUndefined()
    expect(await host.command('late')).toMatchObject({ ok: false, code: 'node/stopping' })
    await Promise.all([over, host.stop()])
    expect(sent).toBe(3)
  })

  test('answers the commands that were asked before the stop', async () => {
    const { host } = rig((input) =>
      input.on === 'command'
        ? [{ do: 'answer', command: input.id, answer: { ok: true, value: 7 } }]
        : [],
    )
    const asked = host.command('before')
    await host.stop()
    expect(await asked).toEqual({ ok: true, value: 7 })
  })

  test('performs what came before an input over which the machine throws', async () => {
    const { host, acts, failed } = rig((input) => {
      if (input.on !== 'message') return []
      if (input.message === 'bad') throw new Error('a bug')
      return [write(input.message), send(input.message)]
    })
    for (const message of ['a', 'bad', 'c']) void host.post({ on: 'message', from: peer, message })
    expect(await failed).toMatchObject({ message: 'a bug' })
    expect(acts).toEqual(['synced a', 'sent a'])
  })

  test('says farewell on stop and performs it', async () => {
    const { host, acts } = rig((input) => (input.on === 'stop' ? [write('last'), send('bye')] : []))
    await host.stop()
    await host.stop()
    expect(acts).toEqual(['synced last', 'sent bye'])
  })
})
