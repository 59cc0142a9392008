// The promise behind every signature: when a vote or a proposal leaves the node that signed it, the
// disk already says so. Whatever a crash makes of the rest, this node cannot sign something else.
import type { ConsensusMessage } from '../../../consensus/message.ts'
import type { NodeId } from '../../core/id.ts'
import { checkPromises } from '../checkers.ts'
import type { SimulatedNode } from '../simulated-node.ts'
import type { World } from '../world.ts'
import type { Roster } from './roster.ts'

/** Where the last-signed record stands, and within it, behind length and checksum: height, round, step. */
const signedKey = 'signed'
const [heightAt, roundAt, stepAt] = [8, 16, 20]

const steps = ['proposal', 'prevote', 'precommit']

interface Place {
  readonly height: number
  readonly round: number
  readonly step: number
}

/** What the message shows that this node signed. */
function placesOf(message: ConsensusMessage, node: NodeId): readonly Place[] {
  if (message.say === 'proposal') {
    const { proposer, height, round } = message.proposal
    return proposer === node ? [{ height, round, step: 0 }] : []
  }
  if (message.say !== 'votes') return []
  return message.votes
    .filter(({ voter }) => voter === node)
    .map(({ kind, height, round }) => ({ height, round, step: steps.indexOf(kind) }))
}

const isBehind = (a: Place, b: Place): boolean =>
  (a.height - b.height || a.round - b.round || a.step - b.step) < 0

/** Fails the run when a signature leaves before the disk knows of it. */
export function checkSigned<C, N extends SimulatedNode<ConsensusMessage, C>>(
  world: World<ConsensusMessage, C, N>,
  roster: Roster,
): void {
  checkPromises(world, (process, effect, durable) => {
    if (effect.do !== 'send') return undefined
    const { nodeId } = roster.post(process)
    // A twin passes on what the other one signed: as far as it knows, somebody else's word.
    if (roster.twins.has(nodeId)) return undefined
    const places = placesOf(effect.message, nodeId)
    if (places.length === 0) return undefined
    const record = durable.get(signedKey)
    if (record === undefined) return 'nothing says what it signed'
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
    const last = {
      ...{ height: Number(view.getBigUint64(heightAt)), round: view.getUint32(roundAt) },
      step: view.getUint8(stepAt),
    }
    const missing = places.find((place) => isBehind(last, place))
    return missing && `${steps[missing.step]} of height ${missing.height}, round ${missing.round}`
  })
}
