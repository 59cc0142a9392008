// One whole exchange, message by message: a newcomer joins a pair, a push is lost and repaired, a
// fork is proven. If this changes, the protocol changed.
import { expect, it } from 'vitest'
import { logOf, subjectKey } from './authoring.ts'
import { Pump, signerOf, trust } from './pump.ts'

it('goes as it is written down here', () => {
  const pump = new Pump()
  const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
  pump.link(a, b)
  pump.run(50)
  const say = (what: string) => pump.transcript.push(`-- ${what}`)
  say('a rates twice, c joins b')
  pump.rate(a, trust(subjectKey(1), 900_000))
  pump.rate(a, trust(subjectKey(2), 800_000))
  pump.run(100)
  const c = pump.add('c', 3, { freshKey: false })
  pump.link(b, c)
  pump.run(100)
  say('a push from a to b is lost, the next one shows it')
  pump.filter = () => undefined
  pump.rate(a, trust(subjectKey(3), 700_000))
  pump.filter = (_from, _to, message) => message
  pump.rate(a, trust(subjectKey(4), 600_000))
  pump.run(200)
  say('somebody signs two histories, one to a, one to c')
  const log = logOf(signerOf(9), 2)
  const branch = logOf(signerOf(9), 2, ['social'], log.slice(0, 1), 500)
  const news = { say: 'entries', answers: 0, rest: 'none' } as const
  pump.deliver(b.id, a, { ...news, entries: log })
  pump.deliver(b.id, c, { ...news, entries: branch })
  pump.run(200)
  pump.deliver(c.id, b, { ...news, entries: branch })
  pump.deliver(a.id, b, { ...news, entries: log })
  pump.run(200)
  expect(`\n${pump.transcript.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    10 b>a digest
    -- a rates twice, c joins b
    60 a>b entries news [1]
    60 a>b entries news [2]
    160 c>b own-head
    160 c>b digest
    170 b>c own-head-answer none
    170 b>c heads [2]
    180 c>b range 1 [1-2]
    190 b>c entries answer 1 none [1,2]
    -- a push from a to b is lost, the next one shows it
    260 a>b entries news [4]
    270 b>a range 1 [3-3]
    280 a>b entries answer 1 none [3]
    340 b>c entries news [3,4]
    -- somebody signs two histories, one to a, one to c
    660 b>a fork-proof
    660 b>c fork-proof
    "
  `)
})
