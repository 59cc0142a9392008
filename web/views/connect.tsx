// Shown where the node answers nothing without its token: it is not on this machine.
import { TokenForm } from '../parts/token-form.tsx'

export const Connect = () => (
  <main id="content">
    <h1>trustnet</h1>
    <p>This node answers only to whoever has its token, which is another one after every start.</p>
    <TokenForm />
    <p class="quiet">The token stays in this tab and is sent to this node alone.</p>
  </main>
)
