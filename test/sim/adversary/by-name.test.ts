// The text in which adversaries are asked for.
import { expect, test } from 'vitest'
import DevnetUp from '../../../cli/commands/devnet/up.ts'
import {
  adversaries,
  formatAdversary,
  honestUntilTold,
  parseAdversary,
} from '../../../src/sim/adversary/by-name.ts'

const parsed = (text: string) => {
  const answer = parseAdversary(text)
  if (!answer.ok) throw new Error(answer.why)
  return answer.spec
}

test('a kind and a count are enough', () => {
  expect(parsed('misroute:6')).toEqual({
    ...{ kinds: ['misroute'], count: 6, seed: 1 },
    options: honestUntilTold,
  })
})

test('every option is read', () => {
  const victim = 'ab'.repeat(16)
  const text = `drop:2@from=30s,for=2m,ramp=10s,victim=${victim},keys=0f,p=0.5,receipts=no,then=drop,seed=7`
  expect(parsed(text)).toEqual({
    ...{ kinds: ['drop'], count: 2, seed: 7 },
    options: {
      ...{ from: 30_000, for: 120_000, victim, keys: '0f', p: 0.5, receipts: false },
      ramp: 10_000,
      turnsTo: 'drop',
    },
  })
})

test('kinds can be put together, and a camouflaged node serves well at first', () => {
  expect(parsed('misroute+slander:1').kinds).toEqual(['misroute', 'slander'])
  expect(parsed('camouflage:1').options.from).toBe(30_000)
  expect(parsed('camouflage:1@from=1s').options.from).toBe(1_000)
})

test('what is told to a node is read back by it', () => {
  for (const kind of Object.keys(adversaries))
    for (const options of [
      '',
      '@p=0.25,from=5s,for=1m,ramp=500ms,keys=a',
      '@receipts=no,then=false-root',
    ]) {
      const spec = { ...parsed(`${kind}:3${options}`), count: 1 }
      const again = parsed(formatAdversary(spec))
      // A time that is the kind's own default need not be said.
      expect(again).toEqual(spec)
    }
})

test.each([
  ['', 'it looks like misroute:6'],
  ['misroute:0', 'at least 1 node'],
  ['misrout:1', 'there are drop, misroute'],
  ['drop:1@since=3s', 'there is no option "since"; there are from, for'],
  ['drop:1@from=3', 'from is a time such as 500ms, 30s or 2m, not "3"'],
  ['drop:1@p=2', 'p is a probability'],
  ['drop:1@victim=n1', 'victim is a node id'],
  ['drop:1@keys=xyz', 'keys is the first hex digits'],
  ['camouflage:1@then=slander', 'then is drop, misroute or false-root'],
])('"%s" is refused with what is allowed', (text, why) => {
  const answer = parseAdversary(text)
  expect(answer).toMatchObject({ ok: false })
  expect(answer.ok ? '' : answer.why).toContain(why)
})

test('the help of devnet up names every kind', () => {
  const said = DevnetUp.flags.adversary.description
  for (const kind of Object.keys(adversaries)) expect(said).toContain(kind)
})
