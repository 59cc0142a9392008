// The overlays of a start: `NAME`, `NAME=KIND` for a shipped policy, or `NAME=./module.js` for a
// policy of one's own, which is the module's default export (docs/overlays.md).
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PolicyFactory } from '../../overlay/policy/policy.ts'
import { policyFor, policyKindOf, shippedPolicies } from '../../overlay/policy/policy-for.ts'
import { isOverlayName } from '../../trustchain/entry.ts'
import { Failure } from '../core/failure.ts'
import { overlayNameBytesMax, overlaysPerNodeMax } from '../core/limits.ts'
import type { NodeOverlay } from '../node/node-ports.ts'

/**
 * Reads overlay specifications; paths are relative to the working directory. An overlay with its policy
 * at hand is taken as it is.
 *
 * @throws Failure `overlay/malformed-name`, `overlay/unknown-policy`, `overlay/bad-module`, `overlay/too-many`, `overlay/twice`
 */
export async function overlaysOf(
  specifications: readonly (string | NodeOverlay)[],
): Promise<NodeOverlay[]> {
  if (specifications.length > overlaysPerNodeMax)
    throw new Failure('overlay/too-many', { count: specifications.length, max: overlaysPerNodeMax })
  const names = specifications.map((specification) =>
    typeof specification === 'string' ? (specification.split('=')[0] ?? '') : specification.name,
  )
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Failure('overlay/twice', { overlay: twice })
  return Promise.all(
    specifications.map(async (specification, index) => {
      const name = names[index]!
      if (!isOverlayName(name))
        throw new Failure('overlay/malformed-name', {
          overlay: name,
          bytesMax: overlayNameBytesMax,
        })
      if (typeof specification !== 'string') return specification
      return { name, makePolicy: await policyOf(name, specification.slice(name.length + 1)) }
    }),
  )
}

async function policyOf(name: string, wanted: string): Promise<PolicyFactory> {
  if (/^\.{0,2}\//.test(wanted)) return moduleOf(wanted)
  const kind = wanted === '' ? policyKindOf(name) : wanted
  if (!Object.hasOwn(shippedPolicies, kind))
    throw new Failure('overlay/unknown-policy', { kind, known: Object.keys(shippedPolicies) })
  return (ports) => policyFor(kind, ports)
}

async function moduleOf(file: string): Promise<PolicyFactory> {
  let loaded: { readonly default?: unknown }
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown }
  } catch (error) {
    throw new Failure('overlay/bad-module', { file, why: (error as Error).message })
  }
  if (typeof loaded.default !== 'function')
    throw new Failure('overlay/bad-module', { file, why: 'its default export is no function' })
  return loaded.default as PolicyFactory
}
