// Takes the node's token: where the address did not carry it, or the node was started anew.
import { useState } from 'preact/hooks'
import { liveEvents } from '../live/events.ts'
import { setToken } from '../live/token.ts'

export function TokenForm() {
  const [given, setGiven] = useState('')
  const [isKept, setIsKept] = useState(false)
  const keep = (event: Event): void => {
    event.preventDefault()
    setToken(given)
    setIsKept(true)
    liveEvents.start()
  }
  if (isKept) return <p>The token is kept for this tab: try again.</p>
  return (
    <form class="choices" onSubmit={keep}>
      <label>
        Address that <code>trustnet dashboard</code> prints, or the token{' '}
        <input
          type="password"
          autocomplete="off"
          required
          value={given}
          onInput={(event) => setGiven(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Use it</button>
    </form>
  )
}
