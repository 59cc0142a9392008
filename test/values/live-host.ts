// The child process of the live tests of values: several real nodes with homes and RocksDB in one
// process, so that fifty fit on two cores, and killing the process is the crash of all of them at once.
import { join } from 'node:path'
import { aroundMachine } from '../../cli/serve/adversary.ts'
import type { GetAnswer, PutAnswer } from '../../overlay/values/message.ts'
import { hex } from '../../src/core/bytes.ts'
import type { RingKey } from '../../src/core/id.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { type RunningNode, startNode } from '../../src/runtime/running-node.ts'
import type { HostAnswer, HostQuestion } from './live-network.ts'

const nodes: RunningNode[] = []

/** Fifty nodes on two cores: an answer may take as long as the slowest of them has to wait for its turn. */
const patient = {
  receiptTimeout: 5_000,
  routeTimeout: 15_000,
  patience: 15_000,
  valuesPatience: 6_000,
}

/** Puts and gets of one process at a time. */
const atOnce = 8

async function start(asked: Extract<HostQuestion, { ask: 'start' }>): Promise<HostAnswer> {
  const around =
    asked.adversary === undefined
      ? {}
      : { around: await aroundMachine(asked.adversary, [], 'social') }
  let { invite, genesis } = asked
  for (let i = 0; i < asked.count; i++) {
    // The first joins through the founder and the others through it: no node lets fifty in.
    const joining = invite === undefined ? {} : { join: parseInvite(invite) }
    const known = genesis === undefined ? {} : { genesis }
    const home = join(asked.folder, `${asked.name}-${i}`)
    const { routing } = asked
    const node = await startNode({
      home,
      routing,
      timing: patient,
      ...joining,
      ...known,
      ...around,
    })
    nodes.push(node)
    invite = nodes[0]!.invite
    genesis = node.network.bytes
  }
  return { invite: nodes[0]!.invite, genesis: genesis! }
}

/** Does something with every item, a few at a time, node after node by turns. */
async function overNodes<T, R>(
  items: readonly T[],
  act: (node: RunningNode, item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++
      results[at] = await act(nodes[at % nodes.length]!, items[at]!)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

const put = (values: readonly Uint8Array[]): Promise<string[]> =>
  overNodes(values, async (node, bytes) => {
    const answer = await node.command({ command: 'put-value', bytes })
    return answer.ok ? (answer.value as PutAnswer).key : `failed: ${JSON.stringify(answer)}`
  })

const get = (keys: readonly string[]): Promise<string[]> =>
  overNodes(keys, async (node, key) => {
    const answer = await node.command({ command: 'get-value', key: key as RingKey })
    return answer.ok ? hex((answer.value as GetAnswer).bytes) : `failed: ${JSON.stringify(answer)}`
  })

async function answer(question: HostQuestion): Promise<HostAnswer> {
  switch (question.ask) {
    case 'start':
      return start(question)
    case 'leaves':
      return { leaves: Math.min(...nodes.map(({ machine }) => machine.routing.leaves().length)) }
    case 'put':
      return { texts: await put(question.values) }
    case 'get':
      return { texts: await get(question.keys) }
    case 'copies':
      return { keys: nodes.flatMap(({ machine }) => machine.values.shelf.keys()) }
    case 'stop':
      await Promise.all(nodes.map((node) => node.stop()))
      return {}
  }
}

process.on('message', ({ id, question }: { id: number; question: HostQuestion }) => {
  void answer(question)
    .catch((error: Error) => ({ error: error.stack ?? error.message }))
    .then((said) => {
      process.send!({ id, ...said })
      if (question.ask === 'stop') process.disconnect()
    })
})
