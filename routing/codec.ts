// Routing messages as bytes. Decoding never throws: what is malformed, oversized, not canonical
// or out of bounds is undefined, and the caller counts it against the peer.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { equalBytes, hex, unhex, utf8 } from '../src/core/bytes.ts'
import type { NodeId, RingKey } from '../src/core/id.ts'
import {
  hopsMax,
  messageBytesMax,
  overlayNameBytesMax,
  overlaysPerNodeMax,
  payloadBytesMax,
  ringDigits,
} from '../src/core/limits.ts'
import { ONE } from '../src/core/trust.ts'
import {
  type HopRecord as HopRecordWire,
  RoutingMessageSchema,
  type RoutingMessage as RoutingMessageWire,
} from './generated/routing_pb.ts'
import {
  attemptsMax,
  type FailedWhy,
  type HopRecord,
  othersMax,
  type RoutingMessage,
  routeMessagesMax,
  visitedMax,
  type Witness,
} from './message.ts'
import type { Phase } from './next-hop.ts'

const phases: readonly Phase[] = ['overlay', 'global', 'leaf-set', 'final']
const whys: readonly FailedWhy[] = ['stuck', 'had-it', 'hops']
/** Aggregated trust is a sum over overlays. */
const trustMax = overlaysPerNodeMax * ONE

/** The bytes of a message of ours. */
export function encodeRoutingMessage(message: RoutingMessage): Uint8Array {
  return toBinary(RoutingMessageSchema, wireOf(message))
}

/** What a peer's bytes are: a message, or why not. */
export type DecodedRouting =
  | { readonly ok: true; readonly message: RoutingMessage }
  | {
      readonly ok: false
      readonly why: 'too-long' | 'malformed' | 'not-canonical' | 'out-of-bounds'
    }

/** The message in a peer's bytes, if they are exactly what `encodeRoutingMessage` makes of one. Never throws. */
export function decodeRoutingMessage(bytes: Uint8Array): DecodedRouting {
  if (bytes.length > messageBytesMax) return { ok: false, why: 'too-long' }
  let wire: RoutingMessageWire
  let again: Uint8Array
  try {
    wire = fromBinary(RoutingMessageSchema, bytes)
    // Unknown fields, trailing bytes and other spellings of the same value do not survive this.
    again = toBinary(RoutingMessageSchema, wire, { writeUnknownFields: false })
  } catch {
    return { ok: false, why: 'malformed' }
  }
  if (!equalBytes(again, bytes)) return { ok: false, why: 'not-canonical' }
  const message = messageOf(wire)
  return message === undefined ? { ok: false, why: 'out-of-bounds' } : { ok: true, message }
}

function wireOf(message: RoutingMessage): RoutingMessageWire {
  const ids = { routeId: unhex(message.routeId), attempt: message.attempt }
  switch (message.say) {
    case 'receipt':
      return create(RoutingMessageSchema, { message: { case: 'receipt', value: ids } })
    case 'failed': {
      const why = whys.indexOf(message.why) + 1
      const value = { ...ids, why, visited: message.visited.map(unhex) }
      return create(RoutingMessageSchema, { message: { case: 'failed', value } })
    }
    case 'result': {
      const { rootKey, signature, messages } = message
      const others = (message.others ?? []).map((one) => ({
        ...{ key: one.rootKey, signature: one.signature },
        ...{ trusted: one.trusted, beyond: one.beyond },
      }))
      const trace = message.trace.map(hopWire)
      const value = { ...ids, rootKey, signature, messages, trace, others }
      return create(RoutingMessageSchema, { message: { case: 'result', value } })
    }
    case 'route': {
      const value = {
        ...ids,
        key: unhex(message.key),
        overlay: message.overlay,
        phase: phases.indexOf(message.phase) + 1,
        origin: unhex(message.origin),
        trace: message.trace.map(hopWire),
        visited: message.visited.map(unhex),
        ...(message.data === null ? {} : { data: message.data }),
        around: message.around ?? false,
      }
      return create(RoutingMessageSchema, { message: { case: 'route', value } })
    }
  }
}

const hopWire = ({ to, by, prefix, trust }: HopRecord) => ({
  to: unhex(to),
  by: phases.indexOf(by) + 1,
  prefix,
  trust,
})

function messageOf({ message }: RoutingMessageWire): RoutingMessage | undefined {
  if (message.case === undefined) return undefined
  const { routeId: idBytes, attempt } = message.value
  if (idBytes.length !== 8 || attempt >= attemptsMax) return undefined
  const routeId = hex(idBytes)
  switch (message.case) {
    case 'receipt':
      return { say: 'receipt', routeId, attempt }
    case 'failed': {
      const why = whys[message.value.why - 1]
      const visited = nodesOf(message.value.visited)
      if (why === undefined || visited === undefined) return undefined
      return { say: 'failed', routeId, attempt, why, visited }
    }
    case 'result': {
      const { rootKey, signature, messages } = message.value
      const trace = traceOf(message.value.trace)
      const others = message.value.others.map((one) => ({
        ...{ rootKey: one.key, signature: one.signature },
        ...{ trusted: one.trusted, beyond: one.beyond },
      }))
      if (others.some(({ beyond }) => beyond > hopsMax)) return undefined
      if (others.length > othersMax || ![{ rootKey, signature }, ...others].every(isWitness))
        return undefined
      if (trace === undefined || messages > routeMessagesMax) return undefined
      const more = others.length === 0 ? {} : { others }
      return { say: 'result', routeId, attempt, rootKey, signature, trace, messages, ...more }
    }
    case 'route':
      return routeOf(routeId, attempt, message.value)
  }
}

const isWitness = ({ rootKey, signature }: Witness): boolean =>
  rootKey.length === 32 && signature.length === 64

type RouteWire = Extract<RoutingMessageWire['message'], { case: 'route' }>['value']

function routeOf(routeId: string, attempt: number, wire: RouteWire): RoutingMessage | undefined {
  const phase = phases[wire.phase - 1]
  const trace = traceOf(wire.trace)
  const visited = nodesOf(wire.visited)
  if (wire.key.length !== 16 || wire.origin.length !== 16 || phase === undefined) return undefined
  if (trace === undefined || trace.length === 0 || visited === undefined) return undefined
  const nameBytes = utf8(wire.overlay).length
  if (nameBytes === 0 || nameBytes > overlayNameBytesMax) return undefined
  if (wire.data !== undefined && wire.data.length > payloadBytesMax) return undefined
  return {
    say: 'route',
    routeId,
    attempt,
    key: hex(wire.key) as RingKey,
    overlay: wire.overlay,
    phase,
    origin: hex(wire.origin) as NodeId,
    trace,
    visited,
    data: wire.data ?? null,
    ...(wire.around ? { around: true } : {}),
  }
}

function traceOf(wire: readonly HopRecordWire[]): HopRecord[] | undefined {
  if (wire.length > hopsMax) return undefined
  const trace: HopRecord[] = []
  for (const { to, by: table, prefix, trust } of wire) {
    const by = phases[table - 1]
    if (to.length !== 16 || by === undefined || prefix > ringDigits) return undefined
    if (Math.abs(trust) > trustMax) return undefined
    trace.push({ to: hex(to) as NodeId, by, prefix, trust })
  }
  return trace
}

function nodesOf(wire: readonly Uint8Array[]): NodeId[] | undefined {
  if (wire.length > visitedMax || wire.some((id) => id.length !== 16)) return undefined
  return wire.map((id) => hex(id) as NodeId)
}
