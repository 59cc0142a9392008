// What liars, the silent and the greedy do to one values machine.
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import { askedMax, errandsMax, requestsPerPeerAtOnceMax } from '../../overlay/values/limits.ts'
import { contentValue, signValue, type VerifiedValue } from '../../overlay/values/value.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { ChainId } from '../../src/core/id.ts'
import { chainId, holds, peerOf, type Script, ScriptedValues } from './scripted.ts'
import { later, peers, signed, value } from './some-values.ts'

const nothing = holds([])

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

  test('of a signed value is not ended by the answers of a crowd that a liar names', () => {
    const node = new ScriptedValues(peers)
    const [liar, ...others] = byNearness(
      signed(1).key,
      peers.map(({ id }) => id),
    )
    const crowd = Array.from({ length: 8 }, (_, i) => peerOf(150 + i).contact)
    node.script = (to, message) => {
      if (to === others[4]) return holds([signed(2)])(to, message)
      return holds([signed(1)], to === liar ? crowd : [])(to, message)
    }
    const id = node.command({ command: 'get-value', key: signed(1).key })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { sequence: 2 } })
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

  test('of a node alone is signed above what it holds itself of an earlier run', () => {
    const before = new ScriptedValues([])
    before.command({ command: 'put-value', bytes: utf8('old'), name: 'news' })
    const node = new ScriptedValues([], { stored: [...before.stored] })
    // The clock of this run is behind.
    node.now = before.now - 10_000
    const id = node.command({ command: 'put-value', bytes: utf8('new'), name: 'news' })
    expect(node.answers.get(id)).toMatchObject({ ok: true, value: { sequence: before.now + 1 } })
  })

  test('is not signed anew for a holder that shows something older', () => {
    const node = new ScriptedValues(peers)
    const old = signed(7, node.self)
    node.script = (to, message) =>
      message.say === 'store'
        ? { say: 'refused', nonce: message.nonce, why: 'outdated', newer: old }
        : nothing(to, message)
    const id = node.command({ command: 'put-value', bytes: utf8('new'), name: 'news' })
    expect(node.answers.get(id)).toMatchObject({ ok: false, facts: { refused: { outdated: 12 } } })
    const sequences = node.sent.flatMap(({ message }) =>
      message.say === 'store' && message.value.is === 'signed' ? [message.value.sequence] : [],
    )
    expect(new Set(sequences)).toEqual(new Set([node.now]))
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
