// From an overlay's name to its policy. Overlays are named freely; the names of the shipped policies
// mean these policies, every other name is an overlay of people, unless the configuration says
// otherwise. Policies of one's own are handed in beside the shipped ones.
import { Failure } from '../../src/core/failure.ts'
import { measuredPolicy } from './measured.ts'
import { openPolicy } from './open.ts'
import type { OverlayPolicy, PolicyFactory, PolicyPorts } from './policy.ts'
import { socialPolicy } from './social.ts'

/** The policies that come with trustnet, by kind. */
export const shippedPolicies: Readonly<Record<string, PolicyFactory>> = {
  social: socialPolicy,
  measured: (ports) => measuredPolicy(ports),
  open: openPolicy,
}

type ByName<T> = Readonly<Record<string, T>>

const own = <T>(from: ByName<T>, name: string): T | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined

/**
 * The kind of policy of an overlay.
 *
 * @param configured kinds by overlay name, from the configuration
 */
export const policyKindOf = (overlay: string, configured: ByName<string> = {}): string =>
  own(configured, overlay) ?? (Object.hasOwn(shippedPolicies, overlay) ? overlay : 'social')

/**
 * A new policy of a kind, for one overlay of one node.
 *
 * @param custom policies of one's own, by kind; they go before shipped ones of the same kind
 * @throws Failure `overlay/unknown-policy` naming the kinds there are
 */
export function policyFor(
  kind: string,
  ports: PolicyPorts,
  custom: ByName<PolicyFactory> = {},
): OverlayPolicy {
  const make = own(custom, kind) ?? own(shippedPolicies, kind)
  if (make === undefined) {
    const known = [...new Set([...Object.keys(shippedPolicies), ...Object.keys(custom)])].sort()
    throw new Failure('overlay/unknown-policy', { kind, known })
  }
  return make(ports)
}
