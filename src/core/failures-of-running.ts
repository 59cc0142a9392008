// What can be wrong with stores, homes, links, routes and nodes that run.
// See failure.ts for how these become errors.
import { entry, type Text } from './failure-entry.ts'

export const failuresOfRunning = {
  // Store
  'store/locked': entry<{ folder: string }>(
    'locked',
    (f) => `The store ${f.folder} is open in another process: stop that one first.`,
  ),
  'store/corrupt': entry<{ folder: string; why: string }>(
    'failure',
    (f) =>
      `The store ${f.folder} is damaged (${f.why}): move the folder away and start again, peers send back what was final.`,
  ),
  'store/disk-full': entry<{ folder: string }>(
    'failure',
    (f) =>
      `No space left for the store ${f.folder}: free some space on that disk, then start again.`,
  ),
  'store/other-engine': entry<{ folder: string; engine: string; asked: string }>(
    'usage',
    (f) =>
      `The store ${f.folder} was made by ${f.engine} and does not open with ${f.asked}: leave the engine out, or use an empty folder.`,
  ),
  'store/engine-without-home': entry<{ engine: string }>(
    'usage',
    (f) =>
      `The engine ${f.engine} stores on disk, and a node without a home keeps everything in memory: give it a home, or leave the engine out.`,
  ),
  'store/engine-missing': entry<{ engine: string; why: string }>(
    'failure',
    (f) =>
      `The store engine ${f.engine} does not load here (${f.why}): reinstall the packages, or use an empty folder, which takes another engine.`,
  ),
  'store/unusable': entry<{ folder: string; why: string }>(
    'failure',
    (f) => `The store ${f.folder} cannot be used (${f.why}): check the disk and the rights on it.`,
  ),
  'store/newer-format': entry<{ folder: string; format: number; known: number }>(
    'failure',
    (f) =>
      `The store ${f.folder} was written by a newer version of trustnet (format ${f.format}, this one knows ${f.known}): run 'trustnet update', or start with another --home.`,
  ),
  'store/nothing-to-migrate': entry<{ folder: string }>(
    'failure',
    (f) =>
      `${f.folder} holds no store yet: the first 'trustnet node start' makes one in the newest format.`,
  ),

  // Transport
  'transport/malformed-address': entry<Text>(
    'usage',
    (f) =>
      `"${f.text}" is not the address of a node: it looks like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW….`,
  ),
  'transport/no-genesis': entry<{ address: string; why: string }>(
    'failure',
    (f) =>
      `No genesis came from ${f.address} (${f.why}): check that the node runs, or use another invite.`,
  ),
  'transport/genesis-too-long': entry<{ bytes: number; bytesMax: number }>(
    'usage',
    (f) =>
      `The genesis has ${f.bytes} bytes, ${f.bytesMax} are allowed: name fewer founding members.`,
  ),
  'transport/cannot-listen': entry<{ listen: readonly string[]; why: string }>(
    'failure',
    (f) =>
      `Cannot listen on ${f.listen.join(', ')} (${f.why}): give another address with --listen, or mend that first.`,
  ),

  // Home folder
  'home/locked': entry<{ folder: string; pid: number }>(
    'locked',
    (f) =>
      `The home ${f.folder} is in use by process ${f.pid}: stop that node, or give this one another home with --home.`,
  ),
  'home/malformed': entry<{ file: string; why: string }>(
    'failure',
    (f) => `${f.file} is not what a node writes there (${f.why}): restore it from a backup.`,
  ),
  'home/unusable': entry<{ folder: string; why: string }>(
    'failure',
    (f) => `The home ${f.folder} cannot be used (${f.why}): check its rights, or use --home.`,
  ),
  'home/not-yours': entry<{ folder: string }>(
    'failure',
    (f) =>
      `The home ${f.folder} belongs to another user: run the command as that user or with sudo, or name a home of your own with --home.`,
  ),
  'home/readable-by-others': entry<{ file: string; mode: string }>(
    'failure',
    (f) => `${f.file} holds a secret that others can read (mode ${f.mode}): run chmod 600 on it.`,
  ),
  'home/other-network': entry<{ folder: string; chainId: string; asked: string }>(
    'usage',
    (f) =>
      `The home ${f.folder} belongs to network ${f.chainId}, not ${f.asked}: join with another --home.`,
  ),
  'home/has-network': entry<{ folder: string; chainId: string }>(
    'usage',
    (f) =>
      `The home ${f.folder} belongs to network ${f.chainId} already: start its node, or found another network in another --home.`,
  ),
  'network/too-many-members': entry<{ members: number; membersMax: number }>(
    'usage',
    (f) =>
      `${f.members} founding members are more than the ${f.membersMax} seats of a committee: name fewer, the others join later and are elected.`,
  ),
  'network/bad-name': entry<{ charactersMax: number }>(
    'usage',
    (f) =>
      `The network's name has more than ${f.charactersMax} characters: give a shorter one with --name, or none.`,
  ),
  'invite/malformed': entry<{ text: string; why: string }>(
    'usage',
    (f) =>
      `"${f.text}" is not an invite (${f.why}): copy the whole text that begins with trustnet: from the node you join.`,
  ),

  'invite/other-genesis': entry<{ address: string; asked: string; got: string }>(
    'failure',
    (f) =>
      `The node at ${f.address} serves the network ${f.got}, the invite names ${f.asked}: ask for a new invite.`,
  ),

  // Routing
  'route/undeliverable': entry<{ key: string; why: string; tried: number }>(
    'failure',
    (f) =>
      `Nothing was delivered for key ${f.key}: ${f.tried} routes ended (${f.why}). See 'trustnet peers' for whom this node reaches.`,
  ),
  'route/timeout': entry<{ key: string; ms: number }>(
    'timeout',
    (f) => `No answer for key ${f.key} within ${f.ms} ms: try again, or use more routes.`,
  ),
  'route/bad-topic': entry<{ topic: string; bytesMax: number }>(
    'usage',
    (f) =>
      `"${f.topic}" is no topic: give 1 to ${f.bytesMax} bytes of well-formed text, or none at all.`,
  ),
  'route/empty-key': entry<Record<string, never>>(
    'usage',
    () =>
      'The key is empty: give any text, or 32 hex digits for a position on the ring (a variable of the shell may be unset).',
  ),
  'route/payload-too-large': entry<{ bytes: number; max: number }>(
    'usage',
    (f) => `${f.bytes} bytes are more than one message carries (${f.max}): send less at a time.`,
  ),
  'route/routes-out-of-range': entry<{ routes: number; max: number }>(
    'usage',
    (f) => `${f.routes} is no number of routes: take 1 to ${f.max}.`,
  ),
  'route/kad-carries-nothing': entry<Record<string, never>>(
    'usage',
    () =>
      'The node routes by Kademlia (--router kad), which looks keys up and carries no messages: start it without --router kad.',
  ),
  'route/busy': entry<{ max: number }>(
    'failure',
    (f) => `${f.max} lookups of this node are under way already: wait for some of them.`,
  ),
} as const
