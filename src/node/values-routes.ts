// The lookups that the values machine asks of the router: commands with numbers of their own, far from
// those of the local user and of policies, whose answers go back to the machine.
import type { RoutedNote } from '../../overlay/values/values-ports.ts'
import type { LookupAnswer } from '../../routing/message.ts'
import type { RingKey } from '../core/id.ts'
import type { Answer, CommandId } from '../core/machine.ts'
import type { NodeCommand } from './node-ports.ts'

/** Numbers at and below belong to lookups for values. */
const firstOfValues = -(2 ** 40)

/** Routes over distinct first hops, under every policy: one liar on the way must not hide a value. */
const routesForValues = 4

/** So many first friends over whom routes name somebody vouch for it: routes over one are its word alone. */
const vouchingFriends = 2

/** The lookup for a key, by the number that the machine gave it. */
export function lookupFor(
  ask: number,
  key: RingKey,
  overlay: string,
): { readonly id: CommandId; readonly command: NodeCommand & { readonly command: 'lookup' } } {
  const command = { command: 'lookup', key, overlay, routes: routesForValues } as const
  return { id: firstOfValues - ask, command }
}

/** What the router's answer says to the machine; undefined when it is an answer for somebody else. */
export function routedFor(id: CommandId, answer: Answer): RoutedNote | undefined {
  if (id > firstOfValues) return undefined
  const roots = answer.ok ? (answer.value as LookupAnswer).roots : []
  return {
    note: 'routed',
    ask: firstOfValues - id,
    roots: roots.map(({ nodeId, friends }) => ({ nodeId, vouched: friends >= vouchingFriends })),
  }
}
