// What liars, the silent and the greedy do to one values machine.
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import { askedMax, errandsMax, requestsPerPeerAtOnceMax } from '../../overlay/values/limits.ts'
import {
  contentValue,
  digestOf,
  signValue,
  type VerifiedValue,
} from '../../overlay/values/value.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { ChainId } from '../../src/core/id.ts'
import { chainId, holds, peerOf, type Script, ScriptedValues } from './scripted.ts'

const peers = Array.from({ length: 12 }, (_, i) => peerOf(i + 1))
const later = 1_000_000_000 + 60_000
const value = contentValue(utf8('as it was put'), later)
const nothing = holds([])

const signed = (sequence: number, by = peers[0]!): VerifiedValue =>
  signValue(by.signer, chainId, {
    ...{ name: 'news', sequence, expiresAt: later, bytes: utf8(`number ${sequence}`) },
  })

describe('a get', () => {
  test('is not deceived by a holder that hands over something else, and blames it', () => {
    const node = new ScriptedValues(peers)
    const [liar, ...others] = byNearness(
      value.key,
      peers.map(({ id }) => id),
    )
    const other = contentValue(utf8('something else'), later)
    node.script = (to, message) =>
      to === liar && message.say === 'find'
        ? { say: 'found', nonce: message.nonce, value: other, contacts: [] }
        : (to === others[4] ? holds([value]) : nothing)(to, message)
    const id = node.command({ command: 'get-value', key: value.key })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { bytes: value.bytes } })
    expect(node.notes).toContainEqual({ note: 'misbehaved', peer: liar, why: 'invalid-value' })
  })

  test('takes no signature of another author or chain under a key', () => {
    const node = new ScriptedValues(peers)
    const good = signed(1)
    const body = { ...{ name: 'news', sequence: 9, expiresAt: later }, bytes: utf8('of no worth') }
    const elsewhere = signValue(peers[0]!.signer, '0'.repeat(16) as ChainId, body)
    const stranger = signValue(peers[1]!.signer, chainId, body)
    node.script = (to, message) =>
      message.say === 'find'
        ? {
            ...{ say: 'found', nonce: message.nonce, contacts: [] },
            value: to === peers[3]!.id ? good : to < peers[3]!.id ? elsewhere : stranger,
          }
        : undefined
    const id = node.command({ command: 'get-value', key: good.key })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { sequence: 1, agreeing: 1 } })
    expect(node.notes.filter(({ note }) => note === 'misbehaved').length).toBeGreaterThan(3)
  })

  test('finds the newest of a signed value where most holders have an old one', () => {
    const node = new ScriptedValues(peers)
    const order = byNearness(
      signed(1).key,
      peers.map(({ id }) => id),
    )
    node.script = (to, message) => holds([signed(to === order[3] ? 2 : 1)])(to, message)
    const id = node.command({ command: 'get-value', key: signed(1).key })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { sequence: 2, agreeing: 1 } })
  })

  test('asks a bounded number of peers whatever crowd a liar names', () => {
    const node = new ScriptedValues(peers.slice(0, 2))
    const made = new Map(Array.from({ length: 230 }, (_, i) => [peerOf(i + 20).id, i + 20]))
    // Every answer names nearer ones than the one before.
    const crowd = byNearness(value.key, made.keys()).map((id) => peerOf(made.get(id)!).contact)
    node.script = (_to, message) =>
      message.say === 'find'
        ? {
            ...{ say: 'found', nonce: message.nonce, value: undefined },
            contacts: crowd.splice(-3),
          }
        : undefined
    const id = node.command({ command: 'get-value', key: value.key })
    expect(node.answers.get(id)).toMatchObject({ ok: false, code: 'value/not-found' })
    expect(node.asked(value.key)).toHaveLength(askedMax)
  })

  test('reaches a holder that only an answer names, beside a liar that names a crowd', () => {
    const holder = peerOf(100)
    const node = new ScriptedValues(peers.slice(0, 2))
    const [liar, honest] = peers
    const crowd = Array.from({ length: 8 }, (_, i) => peerOf(150 + i).contact)
    const scripts: Record<string, Script> = {
      [liar!.id]: holds([], crowd),
      [honest!.id]: holds([], [holder.contact]),
      [holder.id]: holds([value]),
    }
    node.script = (to, message) => (scripts[to] ?? holds([], crowd))(to, message)
    const id = node.command({ command: 'get-value', key: value.key })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { agreeing: 1 } })
  })

  test('takes an answer of nobody but the one that was asked', () => {
    const node = new ScriptedValues(peers)
    const id = node.command({ command: 'get-value', key: value.key })
    const [{ to, message }] = node.sent.slice(-1) as [(typeof node.sent)[number]]
    const nonce = message.say === 'find' ? message.nonce : -1
    const found = { say: 'found', nonce, value, contacts: [] } as const
    node.says(peers.find((peer) => peer.id !== to)!.id, found)
    expect(node.answers.get(id)).toBeUndefined()
    node.says(to, found)
    expect(node.answers.get(id)).toMatchObject({ ok: true })
  })

  test('ends in time where everybody is silent', () => {
    const node = new ScriptedValues(peers)
    const id = node.command({ command: 'get-value', key: value.key })
    node.run(20_000)
    expect(node.answers.get(id)).toMatchObject({
      ...{ ok: false, code: 'value/not-found', facts: { asked: 12, answered: 0 } },
    })
  })
})

describe('a put', () => {
  test('makes up for holders that are silent, refuse or are gone', () => {
    const node = new ScriptedValues(peers)
    const [silent, full, gone] = byNearness(
      value.key,
      peers.map(({ id }) => id),
    )
    node.script = (to, message) => {
      if (message.say !== 'store') return nothing(to, message)
      if (to === silent || to === gone) return undefined
      const { nonce } = message
      return to === full
        ? { say: 'refused', nonce, why: 'full', newer: undefined }
        : { say: 'stored', nonce }
    }
    const id = node.command({ command: 'put-value', bytes: value.bytes })
    node.input({ on: 'dropped', peer: gone!, why: 'unreachable' })
    node.run(4_000)
    expect(node.answers.get(id)).toMatchObject({
      ...{ ok: true, value: { quorum: 5, refused: { full: 1, silent: 1, unreachable: 1 } } },
    })
    const answer = node.answers.get(id) as { value: { holders: string[] } }
    expect(answer.value.holders).toHaveLength(8)
  })

  test('fails with the reasons where too few take it', () => {
    const node = new ScriptedValues(peers)
    node.script = (to, message) =>
      message.say === 'store'
        ? { say: 'refused', nonce: message.nonce, why: 'strangers', newer: undefined }
        : nothing(to, message)
    const id = node.command({ command: 'put-value', bytes: value.bytes })
    expect(node.answers.get(id)).toMatchObject({
      ...{ ok: false, code: 'value/too-few-copies', facts: { quorum: 5 } },
    })
    expect(node.answers.get(id)).toMatchObject({ facts: { refused: { strangers: 12 } } })
  })

  test('signs above a sequence that an earlier run reached, once, and above nobody else', () => {
    const node = new ScriptedValues(peers)
    const ahead = (by: Parameters<typeof signed>[1]) => signed(5_000_000_000_000, by)
    const outdated =
      (newer: VerifiedValue): Script =>
      (to, message) =>
        message.say === 'store' &&
        (message.value.is !== 'signed' || message.value.sequence < 5_000_000_000_001)
          ? { say: 'refused', nonce: message.nonce, why: 'outdated', newer }
          : holds([])(to, message)
    node.script = outdated(ahead(node.self))
    const bytes = utf8('newer still')
    const id = node.command({ command: 'put-value', bytes, name: 'news' })
    expect(node.answers.get(id)).toMatchObject({
      ...{ ok: true, value: { sequence: 5_000_000_000_001 } },
    })
    // Somebody else's value proves nothing about ours.
    const other = new ScriptedValues(peers)
    other.script = outdated(ahead(peers[1]))
    const second = other.command({ command: 'put-value', bytes, name: 'news' })
    expect(other.answers.get(second)).toMatchObject({ ok: false, code: 'value/too-few-copies' })
  })

  test('is durable on this node before it is acknowledged, and one too many is refused', () => {
    const node = new ScriptedValues([])
    const id = node.command({ command: 'put-value', bytes: value.bytes })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { holders: [node.self.id] } })
    expect([...node.stored.keys()]).toEqual([`value/${value.key}`])
    const busy = new ScriptedValues(peers)
    for (let i = 0; i < errandsMax; i++) busy.command({ command: 'get-value', key: value.key })
    const last = busy.command({ command: 'get-value', key: value.key })
    expect(busy.answers.get(last)).toMatchObject({ ok: false, code: 'value/busy' })
  })

  test('is refused before anything is sent when it is too large, ill-named or too long-lived', () => {
    const node = new ScriptedValues(peers)
    const refused = [
      { bytes: new Uint8Array(32_769) },
      { bytes: value.bytes, name: '' },
      { bytes: value.bytes, life: 8 * 86_400_000 },
    ].map((asked) => node.answers.get(node.command({ command: 'put-value', ...asked })))
    expect(refused.map((answer) => answer?.ok === false && answer.code)).toEqual([
      ...['value/too-large', 'value/bad-name', 'value/bad-life'],
    ])
    expect(node.sent).toEqual([])
  })
})

describe('a holder', () => {
  test('answers so many questions of one peer and refuses more by name', () => {
    const node = new ScriptedValues(peers)
    const find = { say: 'find', nonce: 1, key: value.key, wantsValue: true } as const
    for (let i = 0; i < requestsPerPeerAtOnceMax; i++) node.says(peers[0]!.id, find)
    expect(node.says(peers[0]!.id, find)).toMatchObject({ say: 'refused', why: 'quota' })
    const store = { say: 'store', nonce: 2, value } as const
    expect(node.says(peers[0]!.id, store)).toMatchObject({ say: 'refused', why: 'quota' })
    expect(node.says(peers[1]!.id, find)).toMatchObject({ say: 'found' })
  })

  test('says what it has instead of an older value, and forgets what expired', () => {
    const node = new ScriptedValues(peers)
    const store = (one: VerifiedValue) =>
      node.says(peers[1]!.id, { say: 'store', nonce: 4, value: one })
    expect(store(signed(2))).toEqual({ say: 'stored', nonce: 4 })
    expect(store(signed(1))).toEqual({
      ...{ say: 'refused', nonce: 4, why: 'outdated', newer: signed(2) },
    })
    node.run(90_000)
    expect([node.stored.size, node.machine.counts().values]).toEqual([0, 0])
  })
})

describe('repair', () => {
  const offer = (one: VerifiedValue) =>
    ({ say: 'offer', values: [{ key: one.key, digest: digestOf(one) }] }) as const

  test('asks the next that offers where the first is silent', () => {
    const node = new ScriptedValues(peers)
    const [silent, helpful] = peers
    node.script = (to, message) => (to === silent!.id ? undefined : holds([value])(to, message))
    node.says(silent!.id, offer(value))
    node.says(helpful!.id, offer(value))
    expect(node.asked(value.key)).toEqual([silent!.id])
    node.run(3_500)
    expect(node.asked(value.key)).toEqual([silent!.id, helpful!.id])
    expect([...node.stored.keys()]).toEqual([`value/${value.key}`])
    expect(node.machine.counts()).toMatchObject({ values: 1, asks: 0, repairs: 0 })
  })

  test('keeps bounded what anybody offers, and asks of one peer only so many at a time', () => {
    const node = new ScriptedValues(peers)
    const made = Array.from({ length: 100 }, (_, i) => contentValue(utf8(`made up ${i}`), later))
    const values = made.map((one) => ({ key: one.key, digest: digestOf(one) }))
    for (const { id } of peers) node.says(id, { say: 'offer', values })
    const { asks, repairs } = node.machine.counts()
    expect(asks).toBe(32)
    expect(repairs).toBeLessThanOrEqual(12 * 100)
    const toFirst = node.sent.filter(({ to }) => to === peers[0]!.id)
    expect(toFirst.length).toBeLessThanOrEqual(8)
  })

  test('is not held up by peers that offer what they do not have', () => {
    const node = new ScriptedValues(peers)
    const made = Array.from({ length: 200 }, (_, i) => contentValue(utf8(`made up ${i}`), later))
    const lies = made.map((one) => ({ key: one.key, digest: digestOf(one) }))
    const liars = peers.slice(0, 11).map(({ id }) => id)
    const honest = peers[11]!.id
    node.script = (to, message) => (to === honest ? holds([value])(to, message) : undefined)
    for (let second = 0; second < 30; second++) {
      for (const liar of liars) node.says(liar, { say: 'offer', values: lies })
      if (second === 10) node.says(honest, offer(value))
      node.run(1_000)
    }
    expect(node.machine.shelf.get(value.key, node.now)).toEqual(value)
    const wasted = node.sent.filter(({ to, message }) => message.say === 'find' && to !== honest)
    expect(wasted.length).toBeLessThanOrEqual(11 * 8)
  })

  test('offers what it holds when its leaf set changes, to the holders alone', () => {
    const node = new ScriptedValues(peers)
    node.says(peers[0]!.id, { say: 'store', nonce: 1, value })
    node.run(6_000)
    node.sent.length = 0
    node.run(20_000)
    expect(node.sent).toEqual([])
    node.leaves = [peers[5]!.id]
    node.run(6_000)
    const nearest = byNearness(value.key, [node.self.id, ...peers.map(({ id }) => id)]).slice(0, 8)
    const told = node.sent.map(({ to }) => to)
    expect(told.toSorted()).toEqual(nearest.filter((id) => id !== node.self.id).toSorted())
  })
})
