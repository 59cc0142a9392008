// Chooses a peer by name: the field offers those that the node knows.
import { useId, useState } from 'preact/hooks'
import { goTo } from '../live/address.ts'
import { useAnswer } from '../live/hooks.ts'
import { nameOf } from './words.ts'

interface PeerChoiceProps {
  readonly view: string
  readonly peer: string | undefined
  readonly withSelf?: boolean
}

export function PeerChoice({ view, peer, withSelf = false }: PeerChoiceProps) {
  const [given, setGiven] = useState('')
  const find = (event: Event): void => {
    event.preventDefault()
    if (given.trim() !== '') goTo(view, { peer: given.trim() })
  }
  return (
    <form class="choices" onSubmit={find}>
      <label for="peer">Node</label>
      <PeerField value={given} change={setGiven} withSelf={withSelf} placeholder={peer ?? ''} />
      <button type="submit">Show</button>
    </form>
  )
}

/** Its label is for `peer`. */
interface PeerFieldProps {
  readonly value: string
  readonly change: (value: string) => void
  readonly withSelf: boolean
  readonly placeholder?: string
}

export function PeerField({ value, change, withSelf, placeholder = 'name or id' }: PeerFieldProps) {
  const list = useId()
  const topology = useAnswer('topology', {})
  const nodes = (topology.answer?.nodes ?? []).filter(({ self }) => withSelf || !self)
  return (
    <>
      <input
        required
        id="peer"
        list={list}
        value={value}
        placeholder={placeholder}
        maxLength={256}
        autocomplete="off"
        onInput={(event) => change(event.currentTarget.value)}
      />
      <datalist id={list}>
        {nodes.slice(0, 500).map((node) => (
          <option key={node.nodeId} value={node.nodeId}>
            {nameOf(node)}
          </option>
        ))}
      </datalist>
    </>
  )
}
