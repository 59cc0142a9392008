// The dashboard's entry: takes the token out of the address, then draws the page.
import { render } from 'preact'
import { App } from './app.tsx'
import { takeTokenFromAddress } from './live/token.ts'

takeTokenFromAddress()
render(<App />, document.getElementById('page')!)
