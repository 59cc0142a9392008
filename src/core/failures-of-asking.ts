// What can be wrong with what was asked of the command line, the API or a devnet.
// See failure.ts for how these become errors.
import { entry } from './failure-entry.ts'

export const failuresOfAsking = {
  // Devnet
  'devnet/bad-ratings': entry<{ line: number; text: string; names: readonly string[] }>(
    'usage',
    (f) =>
      `Line ${f.line} of the ratings ("${f.text}") does not name two nodes of the devnet and a value: write lines such as n1,n2,0.9 with names from ${f.names[0]} to ${f.names.at(-1)}.`,
  ),
  'devnet/bad-value': entry<{ line: number; why: string }>(
    'usage',
    (f) => `Line ${f.line} of the ratings: ${f.why}`,
  ),
  'devnet/no-ratings': entry<{ file: string; why: string }>(
    'usage',
    (f) =>
      `--ratings ${f.file} is no plan of ratings and no file that can be read (${f.why}): write none, ring[:value], complete[:value] or a file's path.`,
  ),
  'devnet/bad-adversary': entry<{ text: string; why: string }>(
    'usage',
    (f) => `--adversary ${f.text} cannot be used: ${f.why}.`,
  ),
  'node/stopping': entry<Record<string, never>>(
    'failure',
    () => 'The node is stopping: it answers nothing more. Start it again with: trustnet node start',
  ),

  // Node API and command line
  'node/failed': entry<{ why: string }>(
    'failure',
    (f) =>
      `The node stopped because its store failed (${f.why}): check the disk, then start it again; what was acknowledged is kept.`,
  ),
  'devnet/node-failed': entry<{ name: string; why: string }>(
    'failure',
    (f) => `Node ${f.name} of the devnet did not start (${f.why}).`,
  ),
  'devnet/not-ready': entry<{ what: string; seconds: number }>(
    'timeout',
    (f) =>
      `The devnet was not ready after ${f.seconds} s (${f.what}): try fewer nodes, or --ready-within with more seconds.`,
  ),
  /** `service`: the command that starts the home's service, where it has one. */
  'node/not-running': entry<{ home: string; service?: string }>('noNode', (f) =>
    f.service === undefined
      ? `No node runs in ${f.home}: start one with 'trustnet node start', or say where it lives with --home.`
      : `No node runs in ${f.home}, which has a service: where that was stopped, '${f.service}' starts it again; 'trustnet doctor' tells why it does not come up.`,
  ),
  'node/not-restarted': entry<{ home: string }>(
    'failure',
    (f) =>
      `The node in ${f.home} left and did not start again: its log says why, and so does 'trustnet doctor'; start it with 'trustnet node start'.`,
  ),
  'node/no-such-name': entry<{ name: string; known: readonly string[] }>(
    'usage',
    (f) =>
      `No local network runs a node "${f.name}": ${f.known.length === 0 ? "start one with 'trustnet devnet up'" : `there are ${f.known.join(', ')}`}.`,
  ),
  'peer/key-unknown': entry<{ nodeId: string }>(
    'failure',
    (f) =>
      `Only the id of ${f.nodeId} is known, not its key, which a rating names: give its PeerId (12D3KooW…).`,
  ),
  'node/malformed-owner': entry<{ why: string }>(
    'usage',
    (f) =>
      `The owner's name cannot be used (${f.why}): give a shorter or plainer one with --owner.`,
  ),
  'petname/malformed': entry<{ text: string; why: string }>(
    'usage',
    (f) =>
      `"${f.text}" is no petname (${f.why}): write NAME=PEERID, such as bob=12D3KooW…, several with commas between them.`,
  ),
  'node/malformed-listen': entry<{ text: string }>(
    'usage',
    (f) =>
      `"${f.text}" is no address to listen on: write one such as /ip4/127.0.0.1/tcp/4001, or leave --listen out.`,
  ),
  'api/port-taken': entry<{ port: number; why: string }>(
    'failure',
    (f) =>
      `The API cannot listen on port ${f.port} (${f.why}): give another one with --api-port, or leave it out for any free one.`,
  ),
  'api/unreachable': entry<{ url: string; why: string }>(
    'failure',
    (f) =>
      `The node's API at ${f.url} does not answer as it should (${f.why}): see 'trustnet doctor'.`,
  ),
  'api/timeout': entry<{ url: string; seconds: number }>(
    'timeout',
    (f) =>
      `The node's API at ${f.url} gave no answer within ${f.seconds} s: it may be busy; try again, or wait longer with --timeout.`,
  ),
  'api/token-refused': entry<Record<string, never>>(
    'failure',
    () =>
      'The token of this node is wanted, and none or another one was shown: read it anew from api.json in its home, as every start makes a new one.',
  ),
  'api/host-refused': entry<{ host: string }>(
    'failure',
    (f) =>
      `Requests for "${f.host}" are not served: use the address in api.json (a web page of another site may be behind this).`,
  ),
  'api/bad-request': entry<{ why: string }>(
    'usage',
    (f) => `The request is not what the API takes (${f.why}): compare it with the documentation.`,
  ),
  'api/no-such-endpoint': entry<{ method: string; path: string }>(
    'usage',
    (f) => `There is no ${f.method} ${f.path} in this node's API: its version may be another one.`,
  ),
  'api/too-large': entry<{ bytesMax: number }>(
    'usage',
    (f) => `The request is larger than ${f.bytesMax} bytes: send less at once.`,
  ),
  'api/too-slow': entry<{ seconds: number }>(
    'failure',
    (f) =>
      `The request did not come whole within ${f.seconds} s, so the node no longer waits: send it in one piece.`,
  ),
  'api/too-many-requests': entry<{ perSecondMax: number }>(
    'failure',
    (f) =>
      `These are more than ${f.perSecondMax} requests a second from here (large answers count several times): wait a second, or follow /v1/events instead of asking again and again.`,
  ),
  'api/too-many-listeners': entry<{ listenersMax: number }>(
    'failure',
    (f) =>
      `${f.listenersMax} listeners follow this node's events already: close a dashboard or another listener, then try again.`,
  ),
  'api/internal': entry<{ why: string }>(
    'failure',
    (f) =>
      `The node failed over this request (${f.why}): this is a fault of trustnet, its log says more.`,
  ),
  'cli/usage': entry<{ why: string; command: string }>(
    'usage',
    (f) => `${f.why} See: trustnet ${f.command === '' ? '' : `${f.command} `}--help`,
  ),
  'cli/unknown-command': entry<{ command: string; near: readonly string[] }>(
    'usage',
    (f) =>
      `"${f.command}" is not a command of trustnet: ${f.near.length === 0 ? "'trustnet --help' lists them" : `did you mean ${f.near.join(' or ')}?`}`,
  ),
  'cli/whose-ratings': entry<{ file: string; authors: readonly string[] }>(
    'usage',
    (f) =>
      `Several authors rate in ${f.file} (${f.authors.slice(0, 5).join(', ')}${f.authors.length > 5 ? ', …' : ''}): say with --as whose ratings become yours.`,
  ),
  'cli/no-such-author': entry<{ file: string; author: string }>(
    'usage',
    (f) => `"${f.author}" rates nobody in ${f.file}: write --as as the file does.`,
  ),
  'cli/unknown-subjects': entry<{ file: string; names: readonly string[] }>(
    'failure',
    (f) =>
      `${f.names.length} ids of ${f.file} are no peer known here (${f.names.slice(0, 5).join(', ')}${f.names.length > 5 ? ', …' : ''}), so nothing was imported: map them with --names FILE (lines id,PeerId), or leave them out with --skip-unknown.`,
  ),
  'cli/bad-names-line': entry<{ file: string; line: number; text: string }>(
    'usage',
    (f) =>
      `Line ${f.line} of ${f.file} ("${f.text}") is not an id, a comma and a peer: write lines such as 35,12D3KooW….`,
  ),
  'cli/unreadable-file': entry<{ file: string; why: string }>(
    'failure',
    (f) => `${f.file} cannot be read (${f.why}): check its name and its rights.`,
  ),
  'cli/unwritable-file': entry<{ file: string; why: string }>(
    'failure',
    (f) =>
      `${f.file} cannot be written (${f.why}): check its folder and its rights, or name another file.`,
  ),
} as const
