// The page: head with the verified height and the state of the stream, navigation, the chosen view.
import type { FunctionComponent } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { certificateWatch } from './certificates/watch.ts'
import { linkTo, type Place, usePlace } from './live/address.ts'
import { liveEvents } from './live/events.ts'
import { useLiveState } from './live/hooks.ts'
import { CertificateTick } from './parts/certificate-tick.tsx'
import { Attacks } from './views/attacks.tsx'
import { Blocks } from './views/blocks.tsx'
import { Members } from './views/committee.tsx'
import { Connect } from './views/connect.tsx'
import { Network } from './views/network.tsx'
import { Overview } from './views/overview.tsx'
import { Rate } from './views/rate.tsx'
import { ReachOf } from './views/reach.tsx'
import { ReputationOf } from './views/reputation.tsx'
import { Routes } from './views/routes.tsx'
import { TrustOf } from './views/trust.tsx'
import { Values } from './views/values.tsx'

interface View {
  readonly name: string
  readonly title: string
  readonly shows: FunctionComponent<{ readonly asked: Place['asked'] }>
}

const views: readonly View[] = [
  { name: '', title: 'Node', shows: Overview },
  { name: 'network', title: 'Network', shows: Network },
  { name: 'trust', title: 'Trust', shows: TrustOf },
  { name: 'routes', title: 'Routes', shows: Routes },
  { name: 'blocks', title: 'Blocks', shows: Blocks },
  { name: 'committee', title: 'Committee', shows: Members },
  { name: 'reputation', title: 'Reputation', shows: ReputationOf },
  { name: 'rate', title: 'Rate', shows: Rate },
  { name: 'values', title: 'Values', shows: Values },
  { name: 'reach', title: 'Reach', shows: ReachOf },
  { name: 'attacks', title: 'Attacks', shows: Attacks },
]

export function App() {
  const state = useLiveState()
  const place = usePlace()
  const view = views.find(({ name }) => name === place.view) ?? views[0]!
  const heading = useRef<HTMLHeadingElement>(null)
  const first = useRef(true)
  useEffect(() => {
    liveEvents.start()
    certificateWatch.start()
  }, [])
  useLayoutEffect(() => {
    document.title = `${view.title} · trustnet`
    // Whoever cannot see the page hears that it is another one.
    if (!first.current) heading.current?.focus()
    first.current = false
  }, [view])
  if (state === 'refused') return <Connect />
  const Shown = view.shows
  return (
    <>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        Skip to the content
      </button>
      <header>
        <p class="brand">trustnet</p>
        <CertificateTick />
        <p class="stream" role="status">
          {streamWords[state]}
        </p>
      </header>
      <nav aria-label="Views">
        <ul>
          {views.map(({ name, title }) => (
            <li key={name}>
              <a href={linkTo(name)} aria-current={name === view.name ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content">
        <h1 ref={heading} tabIndex={-1}>
          {view.title}
        </h1>
        <Shown asked={place.asked} />
      </main>
    </>
  )
}

const streamWords = {
  connecting: '◌ connecting',
  live: '● live',
  lost: '✕ connection lost, trying again',
  refused: '✕ token refused',
} as const
