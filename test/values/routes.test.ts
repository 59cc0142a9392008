// What routes do for puts and gets of one values machine: how long they are waited for, and what those
// at their ends are good for.
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import type { RoutedRoot } from '../../overlay/values/errand.ts'
import { holdersWanted, holderWindow } from '../../overlay/values/limits.ts'
import { contentKeyOf } from '../../src/core/value-key.ts'
import { holds, peerOf, type ScriptedPeer, ScriptedValues } from './scripted.ts'
import { peers, value } from './some-values.ts'

const nothing = holds([])

const idsOf = (some: readonly ScriptedPeer[]) => some.map(({ id }) => id)

/** Nodes whose contacts it has, though it does not hear them. */
function strangersOf(node: ScriptedValues, count: number): ScriptedPeer[] {
  const strangers = Array.from({ length: count }, (_, i) => peerOf(100 + i))
  for (const { id, contact } of strangers) node.met.set(id, contact)
  return strangers
}

const rootsOf = (some: readonly ScriptedPeer[], vouched = true): RoutedRoot[] =>
  some.map(({ id }) => ({ nodeId: id, vouched }))

/** The routes of the only errand come to their end. */
const arrive = (node: ScriptedValues, ask: number, roots: readonly RoutedRoot[]): void =>
  node.input({ on: 'note', note: { note: 'routed', ask, roots } })

describe('a get', () => {
  test('waits for routes that had to be tried anew', () => {
    const node = new ScriptedValues(peers)
    const [holder] = strangersOf(node, 1)
    node.script = (to, message) => (to === holder!.id ? holds([value]) : nothing)(to, message)
    node.roots = () => undefined
    const id = node.command({ command: 'get-value', key: value.key })
    // The router tries other first hops after five seconds.
    node.run(7_000)
    expect(node.answers.get(id)).toBeUndefined()
    arrive(node, id, rootsOf([holder!]))
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { bytes: value.bytes } })
  })

  test('asks all that the routes came to, however long the first of them are silent', () => {
    const node = new ScriptedValues([])
    const ends = strangersOf(node, holderWindow)
    const last = byNearness(value.key, idsOf(ends)).at(-1)
    node.script = (to, message) => (to === last ? holds([value])(to, message) : undefined)
    node.roots = () => rootsOf(ends)
    const id = node.command({ command: 'get-value', key: value.key })
    node.run(20_000)
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { asked: holderWindow } })
  })
})

describe('a put', () => {
  const put = { command: 'put-value', bytes: value.bytes } as const

  const holdersOf = (node: ScriptedValues, id: number): readonly string[] => {
    const answer = node.answers.get(id)
    return answer?.ok ? (answer.value as { holders: string[] }).holders : []
  }

  test('waits for routes that had to be tried anew', () => {
    const node = new ScriptedValues(peers)
    const ends = strangersOf(node, 2)
    node.script = nothing
    node.roots = () => undefined
    const id = node.command(put)
    node.run(7_000)
    expect(node.answers.get(id)).toBeUndefined()
    arrive(node, id, rootsOf(ends))
    expect(holdersOf(node, id)).toEqual(expect.arrayContaining(idsOf(ends)))
  })

  test('goes to those it trusts before those that routes vouch for, and to these before others', () => {
    const order = byNearness(value.key, idsOf(peers))
    // The farthest of those that it hears.
    const trusted = order.slice(-3)
    const node = new ScriptedValues(peers, { trusted })
    // Farther than all of those, as honest ones are where a crowd has moved in.
    const far = byNearness(value.key, idsOf(strangersOf(node, 40))).slice(-holdersWanted)
    node.script = nothing
    node.roots = () => far.map((nodeId) => ({ nodeId, vouched: true }))
    const holders = holdersOf(node, node.command(put))
    expect(holders).toEqual(expect.arrayContaining(trusted))
    expect(holders.filter((id) => far.some((one) => one === id))).toHaveLength(5)
  })

  test('stores with those that it found when others spin the search out', () => {
    const node = new ScriptedValues(peers)
    const key = contentKeyOf(value.bytes)
    const crowd = Array.from({ length: 140 }, (_, i) => peerOf(100 + i))
    const contacts = byNearness(key, idsOf(crowd))
      .slice(0, 12)
      .map((id) => crowd.find((one) => one.id === id)!.contact)
    const [liar] = byNearness(key, idsOf(peers))
    const isOfCrowd = (id: string): boolean => crowd.some((one) => one.id === id)
    const waiting: { readonly to: ScriptedPeer['id']; readonly nonce: number }[] = []
    node.script = (to, message) => {
      const tells = message.say === 'find' && (isOfCrowd(to) || to === liar)
      if (!tells) return isOfCrowd(to) ? undefined : nothing(to, message)
      waiting.push({ to, nonce: message.nonce })
      return undefined
    }
    const id = node.command(put)
    // Each answers just in time, and names one that is nearer still.
    for (let round = 0; round < 8; round++) {
      node.run(2_800)
      for (const { to, nonce } of waiting.splice(0))
        node.says(to, {
          ...{ say: 'found', nonce, value: undefined },
          contacts: contacts.splice(-1),
        })
    }
    const answer = node.answers.get(id)
    expect(answer).toMatchObject({ ok: true })
    expect(holdersOf(node, id).filter((holder) => !isOfCrowd(holder))).toHaveLength(8)
  })
})
