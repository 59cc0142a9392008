// The dashboard's entry: takes the token out of the address, then draws the page.
import { render } from 'preact'
import { App } from './app.tsx'
import { liveEvents } from './live/events.ts'
import { takeShownToken, takeTokenFromAddress } from './live/token.ts'

takeTokenFromAddress()
// Before the page listens itself: it never sees a token as a place.
addEventListener('hashchange', () => {
  if (takeShownToken()) liveEvents.start()
})
render(<App />, document.getElementById('page')!)
