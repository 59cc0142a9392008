// Checks the chain of a stopped node from genesis on: every header, every certificate, and every
// transaction applied once more by a fresh ledger. What comes out must be the state that the node keeps.
import { verifyEvidence } from '../../../consensus/evidence.ts'
import { ChainVerifier } from '../../../consensus/verify-chain.ts'
import { Ledger } from '../../../trustchain/ledger/ledger.ts'
import { Committee } from '../../core/committee.ts'
import { Failure } from '../../core/failure.ts'
import { verify } from '../ed25519/fastest.ts'
import type { Network } from '../home/genesis.ts'
import { ledgerGenesisOf } from '../home/ledger-genesis.ts'
import { type StoredChain, withStoredChain } from './stored-chain.ts'

export interface VerifiedChain {
  /** Of the last sound block. */
  readonly height: number
  readonly blocks: number
  readonly certificates: number
  readonly ok: boolean
  /** The first fault; absent when there is none. */
  readonly fault?: { readonly height: number; readonly why: string }
}

/**
 * Checks the chain in a home.
 *
 * @throws Failure as `withStoredChain`, and those of `parametersOf`
 */
export const verifyStoredChain = (folder: string): Promise<VerifiedChain> =>
  withStoredChain(folder, verifyChain)

async function verifyChain({ network, blocks, stateHash }: StoredChain): Promise<VerifiedChain> {
  const verifier = verifierOf(network)
  let sound = 0
  let certificates = 0
  const ended = (height: number, why?: string): VerifiedChain => ({
    ...{ height: sound, blocks: sound, certificates, ok: why === undefined },
    ...(why === undefined ? {} : { fault: { height, why } }),
  })
  try {
    for await (const found of blocks()) {
      const { height } = found.block.header
      if (height !== sound + 1) return ended(sound + 1, gap(sound + 1, height))
      const fault = verifier.add(found)
      if (fault !== null) return ended(height, `${fault.code}: ${fault.fault}`)
      sound = height
      const { verdict } = verifier
      certificates = verdict.ok ? verdict.certificates : certificates
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'chain/faulty') throw error
    return ended(sound + 1, (error as Failure<'chain/faulty'>).facts.why)
  }
  const { verdict } = verifier
  const kept = await stateHash()
  return verdict.ok && kept !== undefined && kept !== verdict.stateHash
    ? ended(sound, 'the state that the node keeps is not the one that its blocks give')
    : ended(sound)
}

const gap = (missing: number, found: number): string =>
  missing === 1
    ? `it is not here: this node began from a snapshot, its first block is ${found}`
    : `it is missing, block ${found} is here`

function verifierOf(network: Network): ChainVerifier {
  const genesis = ledgerGenesisOf(network)
  const { chainId, createdAt: time } = genesis
  const ledger = new Ledger(
    {
      verify,
      verifyEvidence: (bytes, committeeAt) => verifyEvidence(verify, chainId, committeeAt, bytes),
    },
    genesis,
    [],
  )
  const members = genesis.members.map((publicKey) => ({ publicKey }))
  return new ChainVerifier(verify, { chainId, time, committee: new Committee(members) }, ledger)
}
