// What a web page would bundle to verify what it shows: the light client and the portable Ed25519,
// behind one function on the global object. Bundled by browser.test.ts; not run by Node.js itself.
import { decodeLightBlock } from '../../../consensus/light-client/light-block.ts'
import { type FetchLightBlock, follow } from '../../../consensus/light-client/light-client.ts'
import { trustInGenesis, verifyState } from '../../../consensus/light-client/trust.ts'
import { unhex } from '../../../src/core/bytes.ts'
import { Committee } from '../../../src/core/committee.ts'
import { verify } from '../../../src/core/ed25519.ts'
import type { ChainId, Millis } from '../../../src/core/id.ts'
import { decodeMapProof } from '../../../src/core/map-proof.ts'

/** Bytes are hex: objects of another world are not the page's own. */
export interface BrowserTask {
  readonly chainId: string
  readonly members: readonly string[]
  readonly genesisTime: Millis
  readonly now: Millis
  /** Light blocks as bytes, of heights 1, 2, … */
  readonly blocks: readonly string[]
  readonly key: string
  readonly value: string
  readonly proof: string
}

export interface BrowserAnswer {
  readonly is: string
  readonly height: number
  readonly rule?: string
  readonly stateProven?: boolean
}

async function verifyAll(text: string): Promise<string> {
  return JSON.stringify(await answerTo(JSON.parse(text) as BrowserTask))
}

async function answerTo(task: BrowserTask): Promise<BrowserAnswer> {
  const chainId = task.chainId as ChainId
  const options = { chainId, trustingPeriodMs: 86_400_000, clockDriftMs: 0 }
  const members = task.members.map((key) => ({ publicKey: unhex(key) }))
  const genesis = trustInGenesis(new Committee(members), task.genesisTime)
  const fetch: FetchLightBlock = async (height) => {
    const block = decodeLightBlock(unhex(task.blocks[height - 1]!))
    if (block === undefined) throw new Error('these bytes are no light block')
    return block
  }
  const ports = { verify, now: () => task.now, fetch }
  const followed = await follow(ports, options, genesis, task.blocks.length, 'skipping')
  if (followed.is === 'attacked') return { is: followed.is, height: followed.attack.height }
  if (followed.is === 'refused') return followed
  const proof = decodeMapProof(unhex(task.proof))
  const stateProven =
    proof !== undefined && verifyState(followed.block, task.key, unhex(task.value), proof)
  return { is: followed.is, height: followed.trusted.height, stateProven }
}

;(globalThis as unknown as { verifyAll: typeof verifyAll }).verifyAll = verifyAll
