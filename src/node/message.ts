// Everything that travels between two nodes: one of five protocols, each with its own codec and,
// between live neighbours, its own stream.
import { decodeConsensusMessage, encodeConsensusMessage } from '../../consensus/codec.ts'
import type { ConsensusMessage } from '../../consensus/message.ts'
import { decodeOverlayMessage, encodeOverlayMessage } from '../../overlay/codec.ts'
import type { OverlayMessage } from '../../overlay/message.ts'
import { decodeValuesMessage, encodeValuesMessage } from '../../overlay/values/codec.ts'
import type { ValuesMessage } from '../../overlay/values/message.ts'
import { decodeRoutingMessage, encodeRoutingMessage } from '../../routing/codec.ts'
import type { RoutingMessage } from '../../routing/message.ts'
import { decodeTrustchainMessage, encodeTrustchainMessage } from '../../trustchain/codec.ts'
import type { TrustchainMessage } from '../../trustchain/message.ts'
import type { ChainId } from '../core/id.ts'

export const protocols = ['trustchain', 'overlay', 'routing', 'consensus', 'values'] as const
export type Protocol = (typeof protocols)[number]

export type NodeMessage =
  | { readonly protocol: 'trustchain'; readonly message: TrustchainMessage }
  | { readonly protocol: 'overlay'; readonly message: OverlayMessage }
  | { readonly protocol: 'routing'; readonly message: RoutingMessage }
  | { readonly protocol: 'consensus'; readonly message: ConsensusMessage }
  | { readonly protocol: 'values'; readonly message: ValuesMessage }

/** The bytes of a message, for the stream of its protocol. */
export function encodeNodeMessage(message: NodeMessage): Uint8Array {
  switch (message.protocol) {
    case 'trustchain':
      return encodeTrustchainMessage(message.message)
    case 'overlay':
      return encodeOverlayMessage(message.message)
    case 'routing':
      return encodeRoutingMessage(message.message)
    case 'consensus':
      return encodeConsensusMessage(message.message)
    case 'values':
      return encodeValuesMessage(message.message)
  }
}

export type DecodedNodeMessage =
  | { readonly ok: true; readonly message: NodeMessage }
  | { readonly ok: false; readonly why: string }

/** Reads what came over the stream of a protocol. Never throws on what a peer sends. */
export function decodeNodeMessage(
  protocol: Protocol,
  bytes: Uint8Array,
  chainId: ChainId,
): DecodedNodeMessage {
  switch (protocol) {
    case 'trustchain': {
      const decoded = decodeTrustchainMessage(bytes, chainId)
      return decoded.ok ? { ok: true, message: { protocol, message: decoded.message } } : decoded
    }
    case 'overlay': {
      const decoded = decodeOverlayMessage(bytes)
      return decoded.ok ? { ok: true, message: { protocol, message: decoded.message } } : decoded
    }
    case 'routing': {
      const decoded = decodeRoutingMessage(bytes)
      return decoded.ok ? { ok: true, message: { protocol, message: decoded.message } } : decoded
    }
    case 'consensus': {
      const decoded = decodeConsensusMessage(bytes, chainId)
      return decoded.ok ? { ok: true, message: { protocol, message: decoded.message } } : decoded
    }
    case 'values': {
      const decoded = decodeValuesMessage(bytes)
      return decoded.ok ? { ok: true, message: { protocol, message: decoded.message } } : decoded
    }
  }
}
