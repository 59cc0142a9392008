// A form to rate a peer: stars in a category, or trust in an overlay. The node signs the rating into
// its log; when a block holds it, it is final.
import { useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { linkTo, type Place } from '../live/address.ts'
import { ask, Refusal } from '../live/ask.ts'
import { useAnswer } from '../live/hooks.ts'
import { Waiting } from '../parts/notices.tsx'
import { PeerField } from '../parts/peer-choice.tsx'
import { decimal, duration, nameOf } from '../parts/words.ts'

type Receipt = AnswerOf<'rate'>

/** Blocks come every few seconds; a committee that lost its quorum makes none. */
const waitSeconds = 60

const categories = ['reliability', 'performance', 'honesty'] as const

export function Rate({ asked }: { readonly asked: Place['asked'] }) {
  const [peer, setPeer] = useState(asked.peer ?? '')
  const [kind, setKind] = useState<'stars' | 'trust'>('stars')
  const [stars, setStars] = useState('4')
  const [category, setCategory] = useState<string>(categories[0])
  const [value, setValue] = useState('0.5')
  const [overlay, setOverlay] = useState<string>()
  const [reason, setReason] = useState('')
  const [sent, setSent] = useState<Receipt | Refusal | 'waiting'>()
  const status = useAnswer('status', {})
  const overlays = status.answer?.overlays.filter(({ manual }) => manual) ?? []
  const hasChain = status.answer?.height != null
  const rate = async (event: Event): Promise<void> => {
    event.preventDefault()
    setSent('waiting')
    try {
      setSent(
        await ask('rate', {
          peer,
          ...(kind === 'stars' ? { stars: Number(stars), category } : { value }),
          ...(overlay === undefined ? {} : { overlay }),
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          ...(hasChain ? { wait: waitSeconds } : {}),
        }),
      )
    } catch (error) {
      setSent(error instanceof Refusal ? error : new Refusal('page', String(error)))
    }
  }
  return (
    <>
      <form class="sheet" onSubmit={(event) => void rate(event)}>
        <div class="field">
          <label for="peer">Peer</label>
          <PeerField value={peer} change={setPeer} withSelf={false} />
        </div>
        <fieldset>
          <legend>Rate by</legend>
          {(['stars', 'trust'] as const).map((one) => (
            <label key={one} class="inline">
              <input
                type="radio"
                name="kind"
                value={one}
                checked={kind === one}
                onChange={() => setKind(one)}
              />{' '}
              {one === 'stars' ? 'stars' : 'trust from −1 to 1'}
            </label>
          ))}
        </fieldset>
        {kind === 'stars' ? (
          <>
            <label>
              Stars, 1 to 5
              <input
                {...{ type: 'number', min: 1, max: 5, step: 0.5, required: true, value: stars }}
                onInput={(event) => setStars(event.currentTarget.value)}
              />
            </label>
            <label>
              Category
              <select value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
                {categories.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
          </>
        ) : (
          <label>
            Trust
            <input
              {...{
                required: true,
                inputMode: 'decimal',
                pattern: '-?[0-9]*[.]?[0-9]{1,6}',
                value,
              }}
              title="a decimal from -1 to 1, such as 0.75"
              onInput={(event) => setValue(event.currentTarget.value)}
            />
          </label>
        )}
        <label>
          Overlay
          <select
            value={overlay ?? overlays[0]?.name ?? ''}
            onChange={(event) => setOverlay(event.currentTarget.value)}
          >
            {overlays.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Reason (optional; everybody can read it)
          <input
            value={reason}
            maxLength={200}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={sent === 'waiting'}>
          {sent === 'waiting' ? 'Signed; waiting for its block …' : 'Sign and send'}
        </button>
      </form>
      <div role="status">
        {sent instanceof Refusal && <Waiting answer={undefined} refusal={sent} />}
        {typeof sent === 'object' && !(sent instanceof Refusal) && <Sent receipt={sent} />}
      </div>
    </>
  )
}

function Sent({ receipt }: { readonly receipt: Receipt }) {
  const { subject, overlay, kind, value, stars, seq, final } = receipt
  return (
    <p class="done">
      ✓ {nameOf(subject)} has your{' '}
      {stars === null ? `trust ${decimal(value, 6)}` : `${stars} stars`} ({kind}, {overlay}), entry{' '}
      {seq} of your log
      {final === null ? '.' : `; final in block ${final.height} after ${duration(final.afterMs)}.`}{' '}
      <a href={linkTo('reputation', { peer: subject.nodeId })}>See its reputation</a>
    </p>
  )
}
