// The machines and the state of one node, made and wired: who reads what of whom. NodeMachine owns
// them and carries their notes from one to the other.
import { ContactBook } from '../../overlay/contact-book.ts'
import { Membership } from '../../overlay/membership.ts'
import { membershipDefaults } from '../../overlay/membership-ports.ts'
import type { OwnRating } from '../../overlay/policy/policy.ts'
import { decodeStoredContact } from '../../overlay/stored-contact.ts'
import { ValuesMachine } from '../../overlay/values/values-machine.ts'
import { policies } from '../../routing/policy.ts'
import { RouterMachine } from '../../routing/router.ts'
import { RoutingState } from '../../routing/routing-state.ts'
import { TrustchainMachine } from '../../trustchain/exchange.ts'
import { TrustBook } from '../../trustchain/graph/trust-book.ts'
import { type NodeId, nodeIdOf } from '../core/id.ts'
import { Finality } from './finality.ts'
import type { NodeOptions, NodePorts } from './node-ports.ts'
import { PolicyRunner } from './policy-runner.ts'
import { routingEpochMs, TrustedRouting } from './trusted-routing.ts'
import { Vetoes } from './vetoes.ts'

export interface Parts {
  readonly nodeId: NodeId
  readonly trust: TrustBook
  readonly vetoes: Vetoes
  readonly contacts: ContactBook
  readonly routing: RoutingState
  readonly trustchain: TrustchainMachine
  readonly membership: Membership
  readonly router: RouterMachine
  readonly values: ValuesMachine
  readonly policies: PolicyRunner
  readonly finality: Finality | undefined
  /** Under the policy `trustnet` alone. */
  readonly trusted: TrustedRouting | undefined
}

/** What the parts ask of the node that owns them. */
export interface PartsPorts {
  /** Peers with a link that may be spoken to. */
  readonly openLinks: () => readonly NodeId[]
  /** The gate: no link with this peer. */
  readonly refuses: (peer: NodeId) => boolean
  /** Trusted nodes whose contacts should be at hand. */
  readonly wanted: () => readonly NodeId[]
}

const given = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V })

export function makeParts(ports: NodePorts, options: NodeOptions, asks: PartsPorts): Parts {
  const { signer, verify, random } = ports
  const { chainId, timing = {} } = options
  const stored = [...options.stored]
  const nodeId = nodeIdOf(signer.publicKey)
  const trust = ports.trust ?? new TrustBook(nodeId)
  const vetoes = new Vetoes(nodeId)
  const contacts = new ContactBook(nodeId, verify, chainId)
  const overlays = options.overlays.map(({ name }) => name)
  const barred = (peer: NodeId): boolean => vetoes.barred(peer)

  const trustchain = new TrustchainMachine(
    {
      ...{ signer, verify, random: random.fork(1), neighbours: asks.openLinks },
      comeInBlocks: () => finality?.consensus.isCatchingUp ?? false,
    },
    { chainId, freshKey: options.freshKey, ...given('digestEvery', timing.digestEvery) },
    stored.filter(([key]) => /^(entry|fork)\//.test(key)).map(([key, value]) => ({ key, value })),
  )
  const ownRating = (overlay: string, subject: NodeId): OwnRating | undefined => {
    const entry = trustchain.trustchains.latest(nodeId, overlay, subject)
    return entry && { value: entry.value, at: entry.time }
  }
  const policyRunner = new PolicyRunner(
    options.overlays.map(({ name, makePolicy }) => ({
      name,
      policy: makePolicy({ ownRating: (subject) => ownRating(name, subject) }),
    })),
    timing.policyEvery,
  )
  const isHeldToBeThere = (node: NodeId): boolean =>
    contacts.contact(node) !== undefined && contacts.liveness(node)?.is !== 'gone'
  const routing = new RoutingState(nodeId, policies[options.routing], overlays, {
    trust: (overlay, node) => (policyRunner.usesTrust(overlay) ? trust.trust(overlay, node) : 0),
    aggregate: (node) => trust.aggregate(node),
    barred,
    rttMs: (node) => contacts.rttMs(node),
    reachable: isHeldToBeThere,
  })
  const membership = new Membership(
    {
      ...{ self: nodeId, signer, random: random.fork(2), book: contacts },
      ...{ state: routing, barred, wanted: asks.wanted },
    },
    {
      ...{ chainId, overlays, owner: options.owner },
      ...{ addresses: options.addresses, bootstraps: options.bootstraps },
      restored: stored.flatMap(([key, value]) =>
        key.startsWith('contact/') ? (decodeStoredContact(value) ?? []) : [],
      ),
      probeEvery: timing.probeEvery ?? membershipDefaults.probeEvery,
      patience: timing.patience ?? membershipDefaults.patience,
      positionLapse: timing.positionLapse ?? membershipDefaults.positionLapse,
    },
  )
  const router = new RouterMachine(
    {
      ...{ state: routing, signer, verify, random: random.fork(3) },
      maySpeakTo: (peer) => !barred(peer),
    },
    {
      chainId,
      ...given('receiptTimeout', timing.receiptTimeout),
      ...given('routeTimeout', timing.routeTimeout),
    },
  )
  const values = new ValuesMachine(
    {
      ...{ self: nodeId, signer, verify, random: random.fork(5) },
      nearest: (key, count) => routing.nearest(key, count),
      spans: (key) => overlays.some((overlay) => routing.trusted.spans(key, overlay)),
      leaves: () => routing.leaves(),
      // Under `pastry` trust decides nothing.
      isTrusted: (node) => options.routing !== 'pastry' && trust.aggregate(node) > 0,
      mayAsk: (node) => node !== nodeId && !asks.refuses(node) && isHeldToBeThere(node),
      contact: (node) => contacts.contact(node),
      accept: (contact) => contacts.accept(contact),
    },
    {
      chainId,
      stored: stored.filter(([key]) => key.startsWith('value/')),
      ...given('patience', timing.valuesPatience),
      ...given('repairEvery', timing.repairEvery),
    },
  )
  const { founding: genesis, owner, addresses, willing = true } = options
  const finality: Finality | undefined =
    genesis &&
    new Finality(
      {
        ...{ ...ports, random: random.fork(4) },
        trustchains: trustchain.trustchains,
      },
      { genesis, owner, addresses, willing, timing, stored },
    )
  const trusted = policies[options.routing].trustedPart
    ? new TrustedRouting({
        ...{ self: nodeId, book: trust, overlays: policyRunner.trusting() },
        shared: ports.trustedTables,
        // The number of the hour of the newest final block.
        epoch: (now) => Math.floor((finality?.ledger.time ?? now) / routingEpochMs),
        found: (overlay, tables) => routing.trust(overlay, tables),
      })
    : undefined
  return {
    ...{ nodeId, trust, vetoes, contacts, routing, finality, trusted },
    ...{ trustchain, membership, router, values, policies: policyRunner },
  }
}
