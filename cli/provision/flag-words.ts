// The flags of `provision` as words again, for another host's command line.
import { isLoopback } from '../../src/core/loopback.ts'

interface Flags {
  readonly home?: string | undefined
  readonly join?: string | undefined
  readonly listen?: readonly string[] | undefined
  readonly overlay?: readonly string[] | undefined
  readonly owner?: string | undefined
  readonly 'api-port'?: number | undefined
  readonly programs?: string | undefined
  readonly bin?: string | undefined
  readonly registry?: string | undefined
  readonly manager?: string | undefined
  readonly 'auto-update': boolean | undefined
  readonly within: number
  readonly anew: boolean
}

const single = [
  'home',
  'join',
  'owner',
  'api-port',
  'programs',
  'bin',
  'registry',
  'manager',
] as const
const many = ['listen', 'overlay'] as const

/** Where to is left out: --ssh, --cloud-init and what goes with them. */
export function flagWords(flags: Flags): readonly string[] {
  return [
    ...single.flatMap((name) => (flags[name] === undefined ? [] : [`--${name}`, `${flags[name]}`])),
    ...many.flatMap((name) => (flags[name] ?? []).flatMap((value) => [`--${name}`, value])),
    ...autoUpdateWords(flags['auto-update']),
    ...(flags.anew ? ['--anew'] : []),
    ...['--within', String(flags.within)],
  ]
}

const autoUpdateWords = (asked: boolean | undefined): readonly string[] =>
  asked === undefined ? [] : [asked ? '--auto-update' : '--no-auto-update']

/** The port that others dial; undefined where only this machine does, or a free one is taken. */
export function tcpPort(listen: readonly string[] | undefined): number | undefined {
  const ports = (listen ?? [])
    .filter((address) => !isLoopback(address))
    .map((address) => Number(/\/tcp\/(\d+)/.exec(address)?.[1] ?? 0))
  return ports.find((port) => port > 0)
}
