// What a view says while it waits, when the node refused, and what it knows in pairs.
import type { ComponentChildren } from 'preact'
import type { Refusal } from '../live/ask.ts'
import { TokenForm } from './token-form.tsx'

/** Nothing once there is an answer and no refusal. */
export function Waiting({
  answer,
  refusal,
}: {
  readonly answer: unknown
  readonly refusal: Refusal | undefined
}) {
  if (refusal !== undefined)
    return (
      <div class="warning" role="alert">
        {refusal.message} <code>{refusal.code}</code>
        {refusal.code === 'api/token-refused' && <TokenForm />}
      </div>
    )
  return answer === undefined ? <p class="quiet">Asking the node …</p> : null
}

export interface Fact {
  readonly name: string
  readonly value: ComponentChildren
}

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
