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
  judgeOverlays(specifications)
  return Promise.all(
    specifications.map(async (specification) => {
      if (typeof specification !== 'string') return specification
      const name = nameOf(specification)
      const file = moduleIn(specification)
      const kind = kindIn(specification)
      const makePolicy: PolicyFactory =
        file === undefined ? (ports) => policyFor(kind, ports) : await moduleOf(file)
      return { name, makePolicy }
    }),
  )
}

/**
 * Judges what can be judged without running anybody's module.
 *
 * @throws Failure `overlay/malformed-name`, `overlay/unknown-policy`, `overlay/too-many`, `overlay/twice`
 */
export function judgeOverlays(specifications: readonly (string | NodeOverlay)[]): void {
  if (specifications.length > overlaysPerNodeMax)
    throw new Failure('overlay/too-many', { count: specifications.length, max: overlaysPerNodeMax })
  const names = specifications.map(nameOf)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Failure('overlay/twice', { overlay: twice })
  for (const [index, name] of names.entries()) {
    const specification = specifications[index]!
    if (!isOverlayName(name))
      throw new Failure('overlay/malformed-name', { overlay: name, bytesMax: overlayNameBytesMax })
    if (typeof specification !== 'string' || moduleIn(specification) !== undefined) continue
    const kind = kindIn(specification)
    if (!Object.hasOwn(shippedPolicies, kind))
      throw new Failure('overlay/unknown-policy', { kind, known: Object.keys(shippedPolicies) })
  }
}

/** With the path of its module, if it names one, seen from this working directory. */
export function fixedOverlay(specification: string): string {
  const file = moduleIn(specification)
  return file === undefined ? specification : `${nameOf(specification)}=${resolve(file)}`
}

const nameOf = (specification: string | NodeOverlay): string =>
  typeof specification === 'string' ? (specification.split('=')[0] ?? '') : specification.name

const wantedIn = (specification: string): string =>
  specification.slice(nameOf(specification).length + 1)

const moduleIn = (specification: string): string | undefined =>
  /^\.{0,2}\//.test(wantedIn(specification)) ? wantedIn(specification) : undefined

const kindIn = (specification: string): string =>
  wantedIn(specification) || policyKindOf(nameOf(specification))

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
