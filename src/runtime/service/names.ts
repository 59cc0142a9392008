// Names for people: from node ids to PeerIds and owners, and from what a user typed to a node.

import type { ResolvedPeer } from '../../api/service.ts'
import { equalBytes } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import {
  isRingKey,
  type NodeId,
  nodeIdOf,
  type PublicKey,
  peerIdOf,
  publicKeyOfPeerId,
} from '../../core/id.ts'
import type { RunningNode } from '../running-node.ts'

/** How every answer names a node. */
export interface Name {
  readonly nodeId: NodeId
  readonly peerId: string | null
  readonly owner: string
}

/** A prefix shorter than this fits too many by accident. */
const prefixDigitsMin = 4

export class Names {
  readonly #node: RunningNode
  /** Keys seen in entries: a node that was rated but never met has a PeerId too. */
  readonly #keys = new Map<NodeId, PublicKey>()

  constructor(node: RunningNode) {
    this.#node = node
    this.#keys.set(node.nodeId, node.publicKey)
    for (const key of node.settings.petnames?.values() ?? []) this.#keys.set(nodeIdOf(key), key)
    const { trustchains } = node.machine.trustchain
    for (const author of trustchains.authors)
      for (const entry of trustchains.latestOf(author)) this.#note(entry)
    node.watch((event) => {
      if (event.event === 'rated') this.#note(event.entry)
    })
  }

  name(nodeId: NodeId): Name {
    const key = this.#keyOf(nodeId)
    return {
      nodeId,
      peerId: key === undefined ? null : peerIdOf(key),
      owner: this.#ownerOf(nodeId),
    }
  }

  /**
   * Finds whom the user means: a PeerId, a node id or its unique prefix, a petname, or an owner's name.
   *
   * @throws Failure `peer/unknown`, `peer/ambiguous`, `peer/malformed-id`
   */
  resolve(text: string): ResolvedPeer {
    if (text.startsWith('12D3Koo'))
      return this.#resolved(nodeIdOf(publicKeyOfPeerId(text)), publicKeyOfPeerId(text))
    const lower = text.toLowerCase()
    const known = this.#known()
    if (isRingKey(lower)) {
      if (!known.includes(lower as NodeId)) throw new Failure('peer/unknown', { name: text })
      return this.#resolved(lower as NodeId)
    }
    const petnamed = this.#node.settings.petnames?.get(text)
    if (petnamed !== undefined) return this.#resolved(nodeIdOf(petnamed), petnamed)
    const owned = known.filter((nodeId) => this.#ownerOf(nodeId) === text)
    const begun =
      lower.length >= prefixDigitsMin && /^[0-9a-f]+$/.test(lower)
        ? known.filter((nodeId) => nodeId.startsWith(lower))
        : []
    const matches = [...new Set([...owned, ...begun])]
    if (matches.length === 0) throw new Failure('peer/unknown', { name: text })
    if (matches.length > 1) throw new Failure('peer/ambiguous', { name: text, matches })
    return this.#resolved(matches[0]!)
  }

  #resolved(nodeId: NodeId, key: PublicKey | undefined = this.#keyOf(nodeId)): ResolvedPeer {
    const isSelf = key !== undefined && equalBytes(key, this.#node.publicKey)
    return { nodeId, publicKey: key ?? null, owner: this.#ownerOf(nodeId), isSelf }
  }

  #known(): NodeId[] {
    const met = [...this.#node.machine.contacts.all()].map(({ contact }) => contact.nodeId)
    return [...new Set([...met, ...this.#keys.keys()])].sort()
  }

  #keyOf(nodeId: NodeId): PublicKey | undefined {
    const { contacts, ledger } = this.#node.machine
    return (
      contacts.contact(nodeId)?.publicKey ??
      this.#keys.get(nodeId) ??
      ledger?.node(nodeId)?.publicKey
    )
  }

  #ownerOf(nodeId: NodeId): string {
    if (nodeId === this.#node.nodeId) return this.#node.settings.owner ?? ''
    return this.#node.machine.contacts.contact(nodeId)?.owner ?? ''
  }

  #note(entry: {
    readonly author: PublicKey
    readonly authorId: NodeId
    readonly subject: PublicKey
    readonly subjectId: NodeId
  }): void {
    this.#keys.set(entry.authorId, entry.author)
    this.#keys.set(entry.subjectId, entry.subject)
  }
}
