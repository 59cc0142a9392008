// What people are told when something we were asked to do cannot be done: a stable code, exactly
// the facts it needs, and one sentence, made here, that says what, why and how to mend it.
// What peers do wrong is a verdict of the machine concerned, never a Failure.

/** Exit codes of the command line, the same with and without --json. */
export const exitCodes = { failure: 1, usage: 2, noNode: 3, timeout: 4, locked: 5 } as const
export type Exit = keyof typeof exitCodes

type Entry<F> = { readonly exit: Exit; readonly says: (facts: F) => string }
const entry = <F>(exit: Exit, says: (facts: F) => string): Entry<F> => ({ exit, says })

type Text = { readonly text: string }

/** Every failure: its exit code and its sentence. */
export const failures = {
  // Trust numbers
  'trust/not-a-number': entry<Text>(
    'usage',
    (f) => `"${f.text}" is not a trust value: write a plain decimal between -1 and 1, such as 0.9.`,
  ),
  'trust/too-many-decimals': entry<Text>(
    'usage',
    (f) => `"${f.text}" has more than 6 decimals: trust is kept in millionths, so round it.`,
  ),
  'trust/minus-zero': entry<Text>(
    'usage',
    (f) => `"${f.text}" is minus zero: write 0 to withdraw a rating.`,
  ),
  'trust/out-of-range': entry<Text>(
    'usage',
    (f) => `"${f.text}" is outside [-1, 1]: 1 is full trust, -1 is none at all.`,
  ),
  'trust/own-id': entry<{ nodeId: string }>(
    'usage',
    (f) => `${f.nodeId} is this node itself: a node does not rate itself. Name another peer.`,
  ),
  // Peers
  'peer/malformed-id': entry<Text>(
    'usage',
    (f) => `"${f.text}" is not an Ed25519 PeerId (12D3KooW…).`,
  ),
  'peer/unknown': entry<{ name: string }>(
    'failure',
    (f) =>
      `No peer is known as "${f.name}": give a PeerId, a node id or its unique prefix, or an owner's name ('trustnet peers' lists them).`,
  ),
  'peer/ambiguous': entry<{ name: string; matches: readonly string[] }>(
    'usage',
    (f) =>
      `"${f.name}" fits ${f.matches.length} peers (${f.matches.join(', ')}): write more of the id.`,
  ),
  // Overlays
  'overlay/unknown': entry<{ overlay: string; known: readonly string[] }>(
    'usage',
    (f) =>
      `This node is in no overlay "${f.overlay}": it is in ${f.known.join(', ')}. Start it with --overlay ${f.overlay} to join.`,
  ),
  'overlay/not-manual': entry<{ overlay: string }>(
    'usage',
    (f) => `Overlay "${f.overlay}" rates by its own rule: it takes no ratings by hand.`,
  ),
} as const

export type FailureCode = keyof typeof failures
export type FactsOf<C extends FailureCode> = Parameters<(typeof failures)[C]['says']>[0]

/** The one error class for what we cannot do. */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C
  readonly facts: FactsOf<C>

  constructor(code: C, facts: FactsOf<C>) {
    super((failures[code].says as (facts: FactsOf<C>) => string)(facts))
    this.name = 'Failure'
    this.code = code
    this.facts = facts
  }

  get exitCode(): number {
    return exitCodes[failures[this.code].exit]
  }
}
