// Replays a trace of Malachite's specification through our vote keeper, round and driver, and lists
// where they differ. Which of the three kinds of trace it is shows in its variables.
import { transition, unstarted } from '../../consensus/round.ts'
import {
  canonical,
  type Fields,
  fieldsOf,
  MapOf,
  type SetOf,
  type Trace,
  tagOf,
  type Value,
} from './itf.ts'
import { begins, type Difference, ReplayedNode } from './replay-node.ts'
import { Bookkeeper } from './replay-votes.ts'
import { errorOf, Names, roundInput, specState } from './spec.ts'

export interface Divergence extends Difference {
  readonly path: string
  /** Index of the state in its trace. */
  readonly state: number
  readonly node: string
}

type Found = readonly (Difference & { readonly node: string })[]

const compare = (field: string, ours: Value, theirs: Value | undefined): readonly Difference[] => {
  const texts = {
    ours: canonical(ours),
    theirs: theirs === undefined ? 'absent' : canonical(theirs),
  }
  return texts.ours === texts.theirs ? [] : [{ field, ...texts }]
}

/** All divergences of a trace; one that is not of the specification's form is a divergence itself. */
export function replay({ path, states }: Trace): readonly Divergence[] {
  const divergences: Divergence[] = []
  let at = 0
  try {
    for (const step of replayers(states[0] ?? {}))
      for (at = 0; at < states.length; at++)
        for (const found of step(states[at]!)) divergences.push({ path, state: at, ...found })
  } catch (error) {
    const theirs = error instanceof Error ? error.message : String(error)
    divergences.push({ path, state: at, node: '', field: 'form', ours: 'replays', theirs })
  }
  return divergences
}

/** Places where the specification waits and ours would go on (see ReplayedNode.left): no divergences. */
export const goesOn = (divergence: Divergence): boolean => divergence.field === 'goes-on'

function replayers(first: Fields): readonly ((state: Fields) => Found)[] {
  if ('bookkeeper' in first) return [votes()]
  if ('state' in first) return [rounds()]
  const systems = Object.keys(first).filter((name) => /(^|::)system$/.test(name))
  if (systems.length === 0) throw new Error(`unknown variables ${Object.keys(first).join(', ')}`)
  return systems.map((name) => systemOf(name.slice(0, -'system'.length)))
}

/** Vote keeper alone: weightedVote, bookkeeper, lastEmitted. */
function votes(): (state: Fields) => Found {
  let books: Bookkeeper | undefined
  let names: Names | undefined
  return (state) => {
    const { bookkeeper, weightedVote, lastEmitted } = state
    const spec = fieldsOf(bookkeeper!)
    const set = spec.validatorSet as MapOf
    if (names === undefined || books === undefined || tagOf(weightedVote!) === 'NoWeightedVote') {
      names = new Names(set)
      books = new Bookkeeper(names, spec.height as number)
      return compare('bookkeeper', books.spec(set), bookkeeper).map((d) => ({ ...d, node: '' }))
    }
    const [vote, , round] = fieldsOf(weightedVote!).value as readonly Value[]
    const emitted = books.apply(names.vote(vote!), round as number)
    return [
      ...compare('lastEmitted', emitted, lastEmitted),
      ...compare('bookkeeper', books.spec(set), bookkeeper),
    ].map((difference) => ({ ...difference, node: '' }))
  }
}

/** The round alone: state, input, output. */
function rounds(): (state: Fields) => Found {
  let ours = unstarted
  return ({ state, input, output }) => {
    const { p, height } = fieldsOf(state!)
    const names = new Names(new MapOf([[p!, 1]]))
    const translated = roundInput(input!)
    let said: Value = { tag: 'NoConsensusOutput', value: [] }
    if (translated === undefined) ours = unstarted
    else {
      const next = transition(ours, translated)
      ours = next.state
      said = names.specOutput(next.output, height as number, names.id(p!), errorOf(input!))
    }
    return [
      ...compare('state', specState(ours, height as number, p!), state),
      ...compare('output', said, output),
    ].map((difference) => ({ ...difference, node: p as string }))
  }
}

/** What happened last: a record, or a tuple in some models. */
function historyOf(value: Value | undefined): { node: string; input: Value; output: Value } {
  const fields = Array.isArray(value)
    ? { validator: value[0], input: value[1], output: value[2] }
    : fieldsOf(value!)
  return { node: fields.validator as string, input: fields.input!, output: fields.output! }
}

const listOf = (value: Value | undefined): readonly Value[] =>
  value === undefined ? [] : (value as SetOf).members

/** What was in a set and is no more, at this height. */
function taken(before: Fields, after: Fields, field: string): readonly Value[] {
  const left = new Set(listOf(after[field]).map(canonical))
  return listOf(before[field]).filter((value) => !left.has(canonical(value)))
}

/** A whole system of validators. */
function systemOf(prefix: string): (state: Fields) => Found {
  const nodes = new Map<string, ReplayedNode>()
  let before = new Map<string, Fields>()
  let history = ''
  return (state) => {
    const system = state[`${prefix}system`] as MapOf
    const record = state[`${prefix}_hist`]
    const last = historyOf(record)
    const after = new Map(system.entries.map(([name, node]) => [name as string, fieldsOf(node)]))
    const moved = canonical(record!) !== history
    history = canonical(record!)
    const found: (Difference & { node: string })[] = []
    for (const [name, node] of after)
      for (const difference of nodeStep(nodes, name, before.get(name), node, last, moved))
        found.push({ ...difference, node: name })
    before = after
    return found
  }
}

/** One node from one state of the system to the next. */
function nodeStep(
  nodes: Map<string, ReplayedNode>,
  name: string,
  before: Fields | undefined,
  after: Fields,
  last: ReturnType<typeof historyOf>,
  moved: boolean,
): readonly Difference[] {
  const es = fieldsOf(after.es!)
  const old = before === undefined ? undefined : fieldsOf(before.es!)
  const height = begins(es, old)
  if (height !== undefined) {
    // The environment moves a node to a height; its chain goes along.
    const names = new Names(es.valset as MapOf)
    nodes.set(name, new ReplayedNode(names, name, height, (old?.chain as Value[]) ?? []))
  }
  const node = nodes.get(name)
  if (node === undefined) throw new Error(`${name} is under way in the first state`)
  const same = old !== undefined && canonical(old) === canonical(es)
  const acts = before !== undefined && height === undefined && last.node === name
  // Between two steps messages are delivered: the record stays and so does the driver.
  if (acts && (moved || !same)) {
    const votes = taken(before, after, 'incomingVotes').filter(
      (vote) => fieldsOf(vote).height === node.height,
    )
    const certificates = taken(before, after, 'incomingCertificates').filter((certificate) =>
      listOf(certificate).every((vote) => fieldsOf(vote).height === node.height),
    )
    const executed = es.executedInputs as readonly Value[]
    const said = node.step(last.input, { votes, certificates }, executed)
    const left = node.left(es)
    return [
      ...compare('output', said, last.output),
      ...node.differences(es),
      ...node.pendingDifferences(es),
      ...(left === undefined ? [] : [{ field: 'goes-on', ours: left, theirs: 'nothing pending' }]),
    ]
  }
  return same ? [] : node.differences(es)
}
