// The proxy that the fault tests rest on: passes, holds back, delays, resets.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from '../harness.ts'
import { LoopbackProxy } from './proxy.ts'

const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** An echo behind a proxy, and a socket through it. */
async function echoed() {
  const echo = createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  closing.push(() => echo.close())
  const proxy = await LoopbackProxy.open(() => (echo.address() as AddressInfo).port)
  closing.push(() => proxy.close())
  const dial = async (): Promise<{ socket: Socket; heard: () => string }> => {
    const socket = connect(proxy.port, '127.0.0.1')
    closing.push(() => socket.destroy())
    let text = ''
    socket.on('data', (bytes) => {
      text += String(bytes)
    })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return { socket, heard: () => text }
  }
  return { proxy, dial }
}

describe('a loopback proxy', () => {
  test('passes bytes both ways in order', async () => {
    const { dial } = await echoed()
    const { socket, heard } = await dial()
    for (let i = 0; i < 100; i++) socket.write(`${i},`)
    const all = Array.from({ length: 100 }, (_, i) => `${i},`).join('')
    expect(await until('all came back', heard, (text) => text === all, 5_000)).toBe(all)
  })

  test('holds bytes back while cut, new connections too, and loses none', async () => {
    const { proxy, dial } = await echoed()
    const first = await dial()
    first.socket.write('a')
    await until('the first byte', first.heard, (text) => text === 'a', 5_000)
    proxy.cut()
    first.socket.write('b')
    const second = await dial()
    second.socket.write('c')
    await until(
      'both are held',
      () => proxy.connections,
      (n) => n === 2,
      5_000,
    )
    const probe = await echoed()
    const other = await probe.dial()
    other.socket.write('x')
    // What is not cut gets through meanwhile.
    await until('another proxy passes', other.heard, (text) => text === 'x', 5_000)
    expect([first.heard(), second.heard()]).toEqual(['a', ''])
    proxy.heal()
    await until('the rest', first.heard, (text) => text === 'ab', 5_000)
    await until('the new one', second.heard, (text) => text === 'c', 5_000)
  })

  test('delays without reordering, and resets', async () => {
    const { proxy, dial } = await echoed()
    const { socket, heard } = await dial()
    proxy.delay(30)
    const begun = performance.now()
    for (const letter of 'abcdef') socket.write(letter)
    await until('all of it', heard, (text) => text === 'abcdef', 5_000)
    expect(performance.now() - begun).toBeGreaterThan(55)
    const closed = once(socket, 'close')
    proxy.reset()
    await closed
    expect(proxy.connections).toBe(0)
  })
})
