// A process for the tests: two transports that talk and stop. It must then end without being told
// to, because nothing of them is left open.
import { Company, numbered } from './transport-party.ts'

const company = new Company()
const [a, b] = [await company.party(1), await company.party(2)]
a.send(b, numbered(1))
await b.untilHeard(1)
b.send(a, numbered(2), 'routing')
await a.untilHeard(1)
await a.transport.closestPeers('some key')
const listened = a.transport.addresses()
await company[Symbol.asyncDispose]()
process.stdout.write(`${JSON.stringify({ listened })}\n`)
