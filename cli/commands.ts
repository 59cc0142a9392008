// Every command by its words, loaded when it is asked for: a light command never pays for the
// runtime or the simulator.

import type { Command } from '@oclif/core/command'
import { edits } from '../src/core/near-words.ts'
import type { BaseCommand } from './base-command.ts'

type CommandClass = typeof BaseCommand & Command.Class
type Load = () => Promise<{ readonly default: CommandClass }>

export const commands: Readonly<Record<string, Load>> = {
  block: () => import('./commands/block.ts'),
  'chain export': () => import('./commands/chain/export.ts'),
  'chain verify': () => import('./commands/chain/verify.ts'),
  committee: () => import('./commands/committee.ts'),
  completions: () => import('./commands/completions.ts'),
  'config set': () => import('./commands/config/set.ts'),
  'config show': () => import('./commands/config/show.ts'),
  'config unset': () => import('./commands/config/unset.ts'),
  dashboard: () => import('./commands/dashboard.ts'),
  doctor: () => import('./commands/doctor.ts'),
  'dht get': () => import('./commands/dht/get.ts'),
  'dht put': () => import('./commands/dht/put.ts'),
  'devnet up': () => import('./commands/devnet/up.ts'),
  'experiment compare': () => import('./commands/experiment/compare.ts'),
  'experiment list': () => import('./commands/experiment/list.ts'),
  'experiment live': () => import('./commands/experiment/live.ts'),
  'experiment merge': () => import('./commands/experiment/merge.ts'),
  'experiment plan': () => import('./commands/experiment/plan.ts'),
  'experiment report': () => import('./commands/experiment/report.ts'),
  'experiment run': () => import('./commands/experiment/run.ts'),
  'experiment show': () => import('./commands/experiment/show.ts'),
  'experiment validate': () => import('./commands/experiment/validate.ts'),
  invite: () => import('./commands/invite.ts'),
  'keys export': () => import('./commands/keys/export.ts'),
  'keys show': () => import('./commands/keys/show.ts'),
  'keys succeed': () => import('./commands/keys/succeed.ts'),
  'keys import': () => import('./commands/keys/import.ts'),
  manual: () => import('./commands/manual.ts'),
  'network create': () => import('./commands/network/create.ts'),
  'node restart': () => import('./commands/node/restart.ts'),
  'node start': () => import('./commands/node/start.ts'),
  'node status': () => import('./commands/node/status.ts'),
  'node stop': () => import('./commands/node/stop.ts'),
  'node supervise': () => import('./commands/node/supervise.ts'),
  peers: () => import('./commands/peers.ts'),
  provision: () => import('./commands/provision.ts'),
  rate: () => import('./commands/rate.ts'),
  reputation: () => import('./commands/reputation.ts'),
  'route inspect': () => import('./commands/route/inspect.ts'),
  'route listen': () => import('./commands/route/listen.ts'),
  'route lookup': () => import('./commands/route/lookup.ts'),
  'route send': () => import('./commands/route/send.ts'),
  'route trace': () => import('./commands/route/trace.ts'),
  status: () => import('./commands/status.ts'),
  'store migrate': () => import('./commands/store/migrate.ts'),
  topology: () => import('./commands/topology.ts'),
  'trust compute': () => import('./commands/trust/compute.ts'),
  'trust export': () => import('./commands/trust/export.ts'),
  'trust get': () => import('./commands/trust/get.ts'),
  'trust graph': () => import('./commands/trust/graph.ts'),
  'trust history': () => import('./commands/trust/history.ts'),
  'trust import': () => import('./commands/trust/import.ts'),
  'trust list': () => import('./commands/trust/list.ts'),
  'trust remove': () => import('./commands/trust/remove.ts'),
  'trust set': () => import('./commands/trust/set.ts'),
  uninstall: () => import('./commands/uninstall.ts'),
  update: () => import('./commands/update.ts'),
}

/** What the first word of several commands is about, for --help. */
export const topics: Readonly<Record<string, { readonly description: string }>> = {
  chain: { description: 'the blocks of a stopped node: check and export them' },
  config: { description: 'what a node in a home starts with' },
  devnet: { description: 'a local network of real node processes' },
  dht: { description: 'small values kept on the nodes nearest their key' },
  experiment: { description: 'routing under attack: presets, scenarios, runs, reports' },
  keys: { description: "the node's key: show, export, import, hand over" },
  network: { description: 'found a network with several members' },
  node: { description: 'start, watch and stop a node' },
  route: { description: 'the routing table, and messages on their way' },
  store: { description: 'what a node keeps on disk' },
  trust: { description: 'rate peers, and see whom that makes you trust' },
}

/** The longest command that the arguments begin with, and the arguments after it. */
export function findCommand(
  argv: readonly string[],
): { readonly id: string; readonly rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const id = argv.slice(0, words).join(' ')
    if (argv.length >= words && Object.hasOwn(commands, id)) return { id, rest: argv.slice(words) }
  }
  return undefined
}

/** Commands that a mistyped one may have meant: few edits away, or with the same last word. */
export function near(typed: string): readonly string[] {
  const last = typed.split(' ').at(-1) ?? ''
  return Object.keys(commands)
    .map((id) => ({ id, far: Math.min(edits(id, typed), id.split(' ').at(-1) === last ? 1 : 9) }))
    .filter(({ far }) => far <= 2)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ id }) => `trustnet ${id}`)
}
