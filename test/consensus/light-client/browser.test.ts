// The light client is bundled as for a web page and run where nothing of Node.js exists: it verifies a
// chain with real signatures there, and refuses a forged one.
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeLightBlock } from '../../../consensus/light-client/light-block.ts'
import { AuthenticatedMap } from '../../../src/core/authenticated-map.ts'
import { hex, utf8 } from '../../../src/core/bytes.ts'
import { encodeMapProof } from '../../../src/core/map-proof.ts'
import { backend } from '../../../src/runtime/ed25519/fastest.ts'
import { projectRoot } from '../../core/shared-folder.ts'
import { chainId, toySigner } from '../signing-committee.ts'
import type { BrowserAnswer, BrowserTask } from './browser-entry.ts'
import { genesisTime, lightChain, timeOf } from './light-chain.ts'

let chunk: OutputChunk

beforeAll(async () => {
  const bundle = await rolldown({
    input: join(projectRoot, 'test/consensus/light-client/browser-entry.ts'),
    platform: 'browser',
    treeshake: true,
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  await bundle.close()
  chunk = output[0]
})

const map = new AuthenticatedMap([['record/a', utf8('reputation 91')]])
const chain = lightChain({
  ...{ heights: 12, epoch: 3 },
  signer: (name) => backend.signerFrom(toySigner(name).publicKey),
  stateHashes: () => hex(map.root()),
})
const task: BrowserTask = {
  ...{ chainId, genesisTime, now: timeOf(12) },
  members: chain.at(1).committee.members.map(({ publicKey }) => hex(publicKey)),
  blocks: chain.blocks.map((block) => hex(encodeLightBlock(block))),
  ...{ key: 'record/a', value: hex(utf8('reputation 91')) },
  proof: hex(encodeMapProof(map.prove('record/a'))),
}

/** A fresh world of ECMAScript alone, with the two text coders that every browser has. */
async function inBrowser(given: BrowserTask): Promise<BrowserAnswer> {
  const world = createContext({ TextEncoder, TextDecoder, given: JSON.stringify(given) })
  runInContext(chunk.code, world, { timeout: 10_000 })
  return JSON.parse((await runInContext('verifyAll(given)', world)) as string) as BrowserAnswer
}

describe('bundled for a browser', () => {
  test('it imports nothing at all, so nothing of Node.js', () => {
    expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([])
    const foreign = chunk.code.match(/['"`]node:|\brequire\(|\bprocess\.|\bBuffer\b/g)
    expect(foreign).toBeNull()
    expect(chunk.code.length).toBeLessThan(100_000)
    const ours = chunk.moduleIds.filter((id) => !id.includes('node_modules'))
    expect(ours.some((id) => id.includes('/src/runtime/'))).toBe(false)
  })

  test('it verifies a chain with changing committees, and a value of its state', async () => {
    expect(chain.at(12).committee.hash).not.toBe(chain.at(1).committee.hash)
    expect(await inBrowser(task)).toEqual({ is: 'verified', height: 12, stateProven: true })
  })

  test('it refuses a forged signature and a forged value', async () => {
    const block = chain.at(12)
    const votes = block.commit.votes.map((vote, i) =>
      i === 0 ? { ...vote, signature: new Uint8Array(64) } : vote,
    )
    const forged = hex(encodeLightBlock({ ...block, commit: { ...block.commit, votes } }))
    const blocks = [...task.blocks.slice(0, 11), forged]
    expect(await inBrowser({ ...task, blocks })).toMatchObject({ is: 'refused', rule: 'signature' })
    expect(await inBrowser({ ...task, value: hex(utf8('reputation 92')) })).toMatchObject({
      ...{ is: 'verified', stateProven: false },
    })
  })
})
