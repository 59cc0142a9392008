// A machine may send again the moment that it is told of a dropped link. The dial that follows must
// not be answered by the dying connection over and over, or no timer and no socket is ever served.
import { expect, test } from 'vitest'
import { Company, numbered } from './transport-party.ts'

test('a link that is asked for again at once while it closes keeps nobody else from running', async () => {
  await using company = new Company()
  const b = await company.party(2)
  let again = 0
  const a = await company.party(1, {
    // As a machine does that must reach this very peer. Capped, or a failure would hang the run.
    dropped: (peer) => {
      if (again++ < 10_000) a.send(peer, numbered(2))
    },
  })
  a.send(b, numbered(1))
  await b.untilHeard(1)
  void a.transport.disconnect(b.nodeId)
  await b.untilHeard(2)
  expect(again).toBeLessThan(100)
})
