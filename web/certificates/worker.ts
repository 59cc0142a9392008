// Verifies certificates beside the page: a committee's signatures take a while in TypeScript, and
// the page shall not stutter. One message in, one verdict out, in the same order.
import { verify } from '../../src/core/ed25519.ts'
import type { BlockAnswer, CommitteeAnswer } from './light-block.ts'
import { CertificateVerifier, type Verdict } from './verifier.ts'

export type ToVerifier =
  | { readonly is: 'committee'; readonly committee: CommitteeAnswer }
  | { readonly is: 'block'; readonly block: BlockAnswer }

const verifier = new CertificateVerifier(verify, () => Date.now())

addEventListener('message', ({ data }: MessageEvent<ToVerifier>) => {
  if (data.is === 'committee') return verifier.learn(data.committee)
  const verdict: Verdict = verifier.judge(data.block)
  postMessage(verdict)
})
