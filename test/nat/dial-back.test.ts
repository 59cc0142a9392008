// The question "can you dial me?" over real libp2p: who is not answered, and that neither side is left
// with a stream when the other misbehaves.
import { noise } from '@chainsafe/libp2p-noise'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  askDialBack,
  DialBack,
  dialBackProtocol,
} from '../../src/runtime/transport/nat/dial-back.ts'
import { eventually } from '../runtime/transport-party.ts'

const parts = {
  ...{ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()] },
  connectionMonitor: { enabled: false },
}
let asked: Libp2p
let asker: Libp2p

beforeEach(async () => {
  asked = await createLibp2p({ ...parts, addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] } })
  asker = await createLibp2p({ ...parts })
})

afterEach(async () => {
  await asker.stop()
  await asked.stop()
})

/** Streams of the question that one of the two has open. */
const streamsOf = (node: Libp2p): number =>
  node
    .getConnections()
    .flatMap(({ streams }) => streams)
    .filter(({ protocol }) => protocol === dialBackProtocol).length

test('a peer on the same machine is not dialled back: it is asked for the Internet', async () => {
  let dials = 0
  const dialBack = new DialBack({
    dial: async () => {
      dials += 1
      throw new Error('nobody there')
    },
    now: () => performance.now(),
  })
  await asked.handle(dialBackProtocol, dialBack.handler)
  const connection = await asker.dial(asked.getMultiaddrs())
  await expect(askDialBack(connection, [4001])).rejects.toThrow()
  expect(dials).toBe(0)
})

test('an answer that is none leaves no stream with the asker', async () => {
  // A message of no bytes: the peer does not hang up either.
  await asked.handle(dialBackProtocol, (stream) => void stream.send(Uint8Array.of(0)))
  const connection = await asker.dial(asked.getMultiaddrs())
  await expect(askDialBack(connection, [4001])).rejects.toThrow('a length is zero')
  expect(streamsOf(asker)).toBe(0)
})

test('whoever opens a stream and asks nothing does not keep it', async () => {
  const dial = () => Promise.reject(new Error('nobody there'))
  const dialBack = new DialBack({ dial, now: () => performance.now() }, 50)
  const opened = Promise.withResolvers<void>()
  await asked.handle(dialBackProtocol, (stream, connection) => {
    opened.resolve()
    return dialBack.handler(stream, connection)
  })
  const connection = await asker.dial(asked.getMultiaddrs())
  await connection.newStream(dialBackProtocol)
  await opened.promise
  await eventually(
    'the stream is gone on both sides',
    () => [streamsOf(asked), streamsOf(asker)],
    ([asked, asker]) => asked === 0 && asker === 0,
  )
})
