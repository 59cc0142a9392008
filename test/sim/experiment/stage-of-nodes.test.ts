// The stage of a network that stands, as `experiment live` simulates it.
import { expect, test } from 'vitest'
import { wordsOf } from '../../../routing/ring.ts'
import type { NodeId } from '../../../src/core/id.ts'
import { parseAdversary } from '../../../src/sim/adversary/by-name.ts'
import { stageOfNodes } from '../../../src/sim/experiment/stage-of-nodes.ts'

const idOf = (first: string): NodeId => first.padEnd(32, '0') as NodeId
const told = (text: string) => {
  const parsed = parseAdversary(text)
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.spec
}
const stageOf = (...attacks: (string | undefined)[]) =>
  stageOfNodes(
    attacks.map((text, i) => ({
      nodeId: idOf(String(2 * i)),
      adversary: text === undefined ? undefined : told(text),
    })),
    [
      { author: idOf('0'), subject: idOf('2'), value: 500_000 },
      { author: idOf('0'), subject: idOf('f'), value: 500_000 },
    ],
    1,
  )
const key = wordsOf(idOf('41'))

test('the honest node nearest to a key is its root, wherever attackers stand', () => {
  const { honest, world } = stageOf(undefined, undefined, 'drop:1', undefined)
  expect(honest.to(key)).toBe(3)
  expect([...world.kinds]).toEqual([0, 0, 1, 0])
  expect(world.ratings.ratingCount).toBe(1)
})

test.each([
  ['drop:1', 'drop'],
  ['silence:1', 'drop'],
  ['misroute+slander:1', 'misroute'],
  // The last is outermost: it sees a message first.
  ['drop+misroute:1', 'misroute'],
  ['misroute+drop:1', 'drop'],
  ['false-root:1', 'misroute'],
  ['camouflage:1@then=drop', 'drop'],
  ['slander:1', 'serve'],
  ['drop:1@p=0', 'serve'],
])('%s is %s to the simulator', (text, deed) => {
  const { behaviour } = stageOf(undefined, text, undefined)
  expect(behaviour.deed(1, 0, key)).toBe(deed)
  expect(behaviour.deed(0, 0, key)).toBe('serve')
})
