// The adversaries by name, and the text in which a devnet asks for them:
// KIND[+KIND…]:COUNT[@from=30s,for=60s,ramp=30s,victim=ID,keys=HEX,p=0.5,receipts=no,then=drop,seed=7].
import type { Millis, NodeId } from '../../core/id.ts'
import type { Adversary, AdversaryOptions, AdversaryPorts, NodeStepper } from './adversary.ts'
import { collusion, slander } from './opinions.ts'
import { drop, falseRoot, misroute } from './routes.ts'
import { poisoning, silence } from './speech.ts'
import { withhold } from './values.ts'

/** Serves well, then turns. */
const camouflage: Adversary = (inner, ports, options) =>
  adversaries[options.turnsTo](inner, ports, options)

export const adversaries = {
  drop,
  misroute,
  'false-root': falseRoot,
  silence,
  slander,
  collusion,
  'self-promotion': collusion,
  camouflage,
  poisoning,
  withhold,
} as const satisfies Record<string, Adversary>
export type AdversaryKind = keyof typeof adversaries

/** One attack of some nodes; `seed` is its own. */
export interface AdversarySpec {
  /** Applied inside out: the last sees an input first. */
  readonly kinds: readonly AdversaryKind[]
  readonly count: number
  readonly seed: number
  readonly options: AdversaryOptions
}

/** What of a spec goes for each of its nodes. */
export type NodeAdversary = Pick<AdversarySpec, 'kinds' | 'options'>

export const honestUntilTold: AdversaryOptions = {
  ...{ from: 0, for: Number.POSITIVE_INFINITY, victim: undefined, keys: '', p: 1, ramp: 0 },
  ...{ receipts: true, turnsTo: 'misroute' },
}

/** A camouflaged node serves well for so long where nobody says otherwise. */
const camouflagedFor: Millis = 30_000

/** The node with its attacks around it. */
export function turned(
  node: NodeStepper,
  { kinds, options }: NodeAdversary,
  ports: AdversaryPorts,
): NodeStepper {
  return kinds.reduce((inner, kind) => adversaries[kind](inner, ports, options), node)
}

export type ParsedAdversary =
  | { readonly ok: true; readonly spec: AdversarySpec }
  /** `why` is a sentence with the allowed values. */
  | { readonly ok: false; readonly why: string }

/** Reads one text. Never throws. */
export function parseAdversary(text: string): ParsedAdversary {
  const form = /^([a-z+-]+)(?::(\d+))?(?:@(.+))?$/.exec(text)
  if (form === null) return no(`it looks like ${example}`)
  const kinds = form[1]!.split('+')
  const stranger = kinds.find((kind) => !Object.hasOwn(adversaries, kind))
  if (stranger !== undefined)
    return no(`there is no kind "${stranger}"; there are ${Object.keys(adversaries).join(', ')}`)
  const count = Number(form[2] ?? 1)
  if (count < 1) return no('at least 1 node attacks')
  const settings: Settings = { seed: 1, options: { ...honestUntilTold } }
  if (kinds.includes('camouflage')) settings.options.from = camouflagedFor
  for (const pair of form[3]?.split(',') ?? []) {
    const [name = '', value = ''] = pair.split('=')
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined)
      return no(`there is no option "${name}"; there are ${Object.keys(readers).join(', ')}`)
    const wants = reader(value, settings)
    if (wants !== undefined) return no(`${name} is ${wants}, not "${value}"`)
  }
  return { ok: true, spec: { kinds: kinds as AdversaryKind[], count, ...settings } }
}

/** What one node of the spec is told on its command line; `parseAdversary` reads it back. */
export function formatAdversary({ kinds, seed, options }: AdversarySpec): string {
  const said = [
    `from=${options.from}ms`,
    ...(options.for === Number.POSITIVE_INFINITY ? [] : [`for=${options.for}ms`]),
    ...(options.ramp === 0 ? [] : [`ramp=${options.ramp}ms`]),
    ...(options.victim === undefined ? [] : [`victim=${options.victim}`]),
    ...(options.keys === '' ? [] : [`keys=${options.keys}`]),
    ...(options.p === 1 ? [] : [`p=${options.p}`]),
    ...(options.receipts ? [] : ['receipts=no']),
    ...(options.turnsTo === 'misroute' ? [] : [`then=${options.turnsTo}`]),
    `seed=${seed}`,
  ]
  return `${kinds.join('+')}:1@${said.join(',')}`
}

const example = 'misroute:6 or drop:2@from=30s,for=60s,p=0.5'
const no = (why: string): ParsedAdversary => ({ ok: false, why })

type Settings = {
  seed: number
  options: { -readonly [K in keyof AdversaryOptions]: AdversaryOptions[K] }
}

/** Each takes its value into the settings, or says what it takes. */
const readers: Record<string, (value: string, settings: Settings) => string | undefined> = {
  from: (value, { options }) => duration(value, (ms) => (options.from = ms)),
  for: (value, { options }) => duration(value, (ms) => (options.for = ms)),
  ramp: (value, { options }) => duration(value, (ms) => (options.ramp = ms)),
  victim(value, { options }) {
    if (!/^[0-9a-f]{32}$/.test(value)) return 'a node id of 32 hex digits'
    options.victim = value as NodeId
    return undefined
  },
  keys(value, { options }) {
    if (!/^[0-9a-f]{1,32}$/.test(value)) return 'the first hex digits of the keys'
    options.keys = value
    return undefined
  },
  p(value, { options }) {
    const p = value === '' ? Number.NaN : Number(value)
    if (!(p >= 0 && p <= 1)) return 'a probability from 0 to 1'
    options.p = p
    return undefined
  },
  receipts(value, { options }) {
    if (value !== 'yes' && value !== 'no') return 'yes or no'
    options.receipts = value === 'yes'
    return undefined
  },
  // biome-ignore lint/suspicious/noThenProperty: a word of the text, never awaited
  then(value, { options }) {
    if (value !== 'drop' && value !== 'misroute' && value !== 'false-root')
      return 'drop, misroute or false-root'
    options.turnsTo = value
    return undefined
  },
  seed(value, settings) {
    if (!/^\d{1,9}$/.test(value)) return 'a whole number'
    settings.seed = Number(value)
    return undefined
  },
}

function duration(value: string, take: (ms: Millis) => void): string | undefined {
  const form = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value)
  if (form === null) return 'a time such as 500ms, 30s or 2m'
  take(Number(form[1]) * { ms: 1, s: 1_000, m: 60_000 }[form[2] as 'ms' | 's' | 'm'])
  return undefined
}
