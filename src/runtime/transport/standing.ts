// How a network takes a node, at /trustnet/standing/1.0.0, told to anybody who asks. A node that was off
// when it was banned finds every gate shut, so no block ever tells it why nobody connects; asked under a
// passing key, whoever refuses it answers. It is the answerer's word, for people: nothing is decided by it.
import type { Stream } from '@libp2p/interface'
import { hex, unhex } from '../../core/bytes.ts'
import type { NodeId } from '../../core/id.ts'
import { genesisTimeoutMs } from './bounds.ts'
import { encodeFrames, readOne } from './framing.ts'
import { askInPassing, type Question } from './passing.ts'

/** The question is a node id. */
const nodeIdBytes = 16

/** A dozen short fields. */
const standingBytesMax = 4_096

/** The handler; `standingOf` gives the answer, or nothing where there is no chain. */
export const standingHandler =
  (standingOf: (node: NodeId) => Uint8Array | undefined) =>
  async (stream: Stream): Promise<void> => {
    const signal = AbortSignal.timeout(genesisTimeoutMs)
    const late = () => stream.abort(new Error('not within the time'))
    signal.addEventListener('abort', late)
    try {
      const asked = await readOne(stream, nodeIdBytes)
      const answer = asked.length === nodeIdBytes ? standingOf(hex(asked) as NodeId) : undefined
      if (answer === undefined) throw new Error('there is no answer to that')
      stream.send(encodeFrames([answer]))
      await stream.close({ signal })
    } catch (error) {
      stream.abort(error as Error)
    } finally {
      signal.removeEventListener('abort', late)
    }
  }

/**
 * Asks one node how its network takes a node.
 *
 * @param address a multiaddr that ends in /p2p/<PeerId>
 * @returns what it said, at most `standingBytesMax`; undefined where it said nothing
 */
export function fetchStanding(
  address: string,
  node: NodeId,
  how: Pick<Question, 'signal' | 'transports'> = {},
): Promise<Uint8Array | undefined> {
  return askInPassing(address, {
    ...{ protocol: 'standing', says: unhex(node), ...how },
    ...{ timeoutMs: genesisTimeoutMs, bytesMax: standingBytesMax },
  }).catch(() => undefined)
}
