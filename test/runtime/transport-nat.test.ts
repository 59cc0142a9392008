// What is left of a transport whose way through NATs cannot begin.
import { expect, test } from 'vitest'
import type { NatOptions } from '../../src/runtime/transport/nat/nat.ts'
import { Company } from './transport-party.ts'

test('trouble with NATs is told as what it is, and leaves the port free', async () => {
  await using company = new Company()
  const [address] = (await company.party(1)).transport.addresses()
  const port = (/\d+$/.exec(address!) ?? [])[0]
  await company[Symbol.asyncDispose]()
  const listen = [`/ip4/127.0.0.1/tcp/${port}`]
  const nat: NatOptions = {
    ...{ listens: true, relay: true, trust: () => 0, changed: () => {} },
    get upnp(): boolean {
      throw new Error('the router broke')
    },
  }
  await expect(company.party(2, { listen, nat })).rejects.toThrow(/^the router broke$/)
  const { transport } = await company.party(3, { listen })
  expect(transport.addresses()).toEqual(listen)
})
