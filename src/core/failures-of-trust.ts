// What can be wrong with trust values, peers, overlays, ratings, Trustchains and files of ratings.
// See failure.ts for how these become errors.
import { entry, type Text } from './failure-entry.ts'

export const failuresOfTrust = {
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
      `No peer is known as "${f.name}": give a PeerId, a node id or its unique prefix, a petname, or an owner's name ('trustnet peers' lists them).`,
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

  // Trustchain
  'trust/reason-too-long': entry<{ bytes: number; bytesMax: number }>(
    'usage',
    (f) =>
      `The reason takes ${f.bytes} bytes, ${f.bytesMax} are allowed: it is copied to every node, so shorten it.`,
  ),
  'trust/reason-unprintable': entry<Text>(
    'usage',
    (f) =>
      `${JSON.stringify(f.text)} cannot be a reason: it is one line of text without control characters.`,
  ),
  'trust/bad-stars': entry<{ stars: number | string }>(
    'usage',
    (f) => `${f.stars} is not a number of stars: give 1 to 5 in steps of one half.`,
  ),
  'trust/unknown-category': entry<{ category: string; known: readonly string[] }>(
    'usage',
    (f) => `Stars are not given for "${f.category}": choose one of ${f.known.join(', ')}.`,
  ),
  'overlay/malformed-name': entry<{ overlay: string; bytesMax: number }>(
    'usage',
    (f) =>
      `"${f.overlay}" is not an overlay's name: up to ${f.bytesMax} lower-case letters, digits and hyphens, not beginning with a hyphen.`,
  ),
  'trustchain/forked': entry<{ nodeId: string; seq: number }>(
    'failure',
    (f) =>
      `This node is forked: two different entries number ${f.seq} carry its signature, so the network froze ${f.nodeId}. The key was used in two places or restored from an old backup: start with a new key and let the old one sign it over.`,
  ),
  'trustchain/frozen': entry<{ nodeId: string }>(
    'failure',
    (f) =>
      `The network froze ${f.nodeId}, this node: a block proves that two different entries carry its signature, so nobody takes another one. The key ran in two places, or an old copy of the store came back: start with a new key in another --home.`,
  ),
  'trustchain/banned': entry<{
    nodeId: string
    reputation: number
    banBelow: number
    healAbove: number
  }>(
    'failure',
    (f) =>
      `The network banned ${f.nodeId}, this node: its reputation is ${f.reputation} of 100, below ${f.banBelow}, so nobody takes its ratings or its links, and none was signed. Ratings by others mend that, nothing else: ask those who gave few stars to give more ('trustnet reputation' tells the state); above ${f.healAbove} the ban ends by itself.`,
  ),
  'trustchain/busy': entry<{ waiting: number }>(
    'failure',
    (f) =>
      `${f.waiting} ratings wait already for the neighbours to say how far this node's own log reaches: try again in a few seconds.`,
  ),

  // Overlay policies
  'overlay/bad-module': entry<{ file: string; why: string }>(
    'usage',
    (f) =>
      `The policy in ${f.file} cannot be used (${f.why}): it is a JavaScript module whose default export makes the policy, see docs/overlays.md.`,
  ),
  'overlay/too-many': entry<{ count: number; max: number }>(
    'usage',
    (f) => `${f.count} overlays are too many for one node: take part in at most ${f.max}.`,
  ),
  'overlay/twice': entry<{ overlay: string }>(
    'usage',
    (f) => `Overlay "${f.overlay}" is named twice: name each one once.`,
  ),
  'overlay/unknown-policy': entry<{ kind: string; known: readonly string[] }>(
    'usage',
    (f) => `There is no overlay policy "${f.kind}": choose one of ${f.known.join(', ')}.`,
  ),

  // Ratings files and trust computations
  'ratings/bad-line': entry<{ file: string; line: number; text: string; why: string }>(
    'usage',
    (f) => `${f.file}, line ${f.line}: ${f.why} The line reads ${JSON.stringify(f.text)}.`,
  ),
  'ratings/unreadable': entry<{ file: string; why: string }>(
    'failure',
    (f) => `${f.file} cannot be read (${f.why}): check its name and rights, or give - for stdin.`,
  ),
  'ratings/needs-map': entry<{ format: string }>(
    'usage',
    (f) =>
      `The numbers of ${f.format} are no trust values yet and the mapping decides the outcome: add --map linear, --map half or --map sign:0.8.`,
  ),
  'ratings/nothing-to-map': entry<{ format: string }>(
    'usage',
    (f) => `${f.format} has no ratings that --map could map: leave it out, or use --weight.`,
  ),
  'ratings/bad-map': entry<Text>(
    'usage',
    (f) =>
      `"${f.text}" is no mapping: write linear, half or sign:X with X above 0 and at most 1, such as sign:0.8.`,
  ),
  'ratings/unknown-format': entry<{ text: string; known: readonly string[] }>(
    'usage',
    (f) => `"${f.text}" is no format of ratings: use one of ${f.known.join(', ')}.`,
  ),
  'trust/bad-option': entry<{ option: string; text: string; why: string }>(
    'usage',
    (f) => `--${f.option} ${f.text}: ${f.why}`,
  ),
} as const
