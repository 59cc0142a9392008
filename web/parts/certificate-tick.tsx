// The tick in the page's head: what this browser itself verified of the chain.

import type { Verdict } from '../certificates/verifier.ts'
import { useCertificates } from '../certificates/watch.ts'
import { linkTo } from '../live/address.ts'

export function CertificateTick() {
  const { latest, refused } = useCertificates()
  const verdict = refused ?? latest
  const kind = verdict === undefined ? 'waiting' : verdict.is
  return (
    <p class={`tick ${kind}`} role="status">
      <a href={linkTo('blocks')}>
        {verdict === undefined ? '◌ no block verified yet' : tickText(verdict)}
      </a>
    </p>
  )
}

export function tickText(verdict: Verdict): string {
  if (verdict.is === 'verified') return `✓ verified to height ${verdict.height}`
  if (verdict.is === 'refused')
    return `⚠ block ${verdict.height} is not proven: ${rules[verdict.rule] ?? verdict.rule}`
  return `◌ block ${verdict.height}: its committee is not known to this page`
}

/** Of the light client's rules, in words. */
const rules: Readonly<Record<string, string>> = {
  chain: 'it is of another network',
  height: 'its height is wrong',
  block: 'the commit is for another block',
  round: 'its round is wrong',
  order: 'its votes are out of order',
  'not-a-member': 'somebody outside the committee voted',
  signature: 'a signature is wrong',
  'no-quorum': 'fewer than two thirds voted for it',
  time: 'its time is not after the block before',
  future: 'its time is ahead of this clock',
  expired: 'what this page trusts is too old',
  committee: 'its committee is not the one that it names',
  link: 'it does not follow the block before',
  succession: 'the block before names another committee',
  id: 'its id is not the hash of its header',
  shape: 'it cannot be read',
}
