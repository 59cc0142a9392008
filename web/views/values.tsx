// The values that this node holds for the network, and forms to put one and to get one.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { ask, Refusal } from '../live/ask.ts'
import { useAnswer } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import { amount, dateTime, duration, nameOf, several, shortId } from '../parts/words.ts'

type Held = AnswerOf<'values'>['values'][number]

const pageSize = 200

export function Values() {
  const [from, setFrom] = useState<string>()
  const after = from === undefined ? {} : { after: from }
  const held = useAnswer('values', { limit: pageSize, ...after }, ['connected', 'lost'])
  const { answer } = held
  return (
    <>
      <Put done={held.again} />
      <Get />
      <h2>Held here</h2>
      <Waiting {...held} />
      {answer !== undefined && (
        <>
          <Facts
            facts={[
              { name: 'Values', value: answer.held },
              { name: 'Together', value: amount(answer.heldBytes) },
            ]}
          />
          <Table
            caption="Values that this node keeps for the network"
            rows={answer.values}
            keyOf={({ key }) => key}
            none="This node holds no value yet."
            columns={[
              { head: 'Key', of: ({ key }) => <code title={key}>{shortId(key)}</code> },
              { head: 'Whose', of: whose },
              { head: 'Name', of: ({ name }) => name ?? '' },
              { head: 'Size', of: ({ bytes }) => amount(bytes), isNumber: true },
              { head: 'Until', of: ({ expiresAt }) => dateTime(expiresAt) },
              { head: 'Copies', of: ({ holders }) => holders.length, isNumber: true },
              { head: 'Should be with', of: ({ holders }) => holders.map(nameOf).join(', ') },
            ]}
          />
          {from !== undefined && (
            <button type="button" onClick={() => setFrom(undefined)}>
              First page
            </button>
          )}
          {answer.next !== null && (
            <button type="button" onClick={() => setFrom(answer.next ?? undefined)}>
              Next {several(pageSize, 'value')}
            </button>
          )}
        </>
      )}
    </>
  )
}

const whose = ({ author, kind }: Held): string =>
  author === null ? (kind === 'content' ? 'anybody’s: its key is its hash' : '') : nameOf(author)

/** What became of a form that was sent. */
type Sent<A> = A | Refusal | 'waiting' | undefined

async function send<A>(asked: Promise<A>, told: (sent: Sent<A>) => void): Promise<void> {
  told('waiting')
  try {
    told(await asked)
  } catch (error) {
    told(error instanceof Refusal ? error : new Refusal('page', String(error)))
  }
}

function Outcome<A extends object>({
  sent,
  done,
}: {
  readonly sent: Sent<A>
  readonly done: (answer: A) => ComponentChildren
}) {
  return (
    <div role="status">
      {sent instanceof Refusal && <Waiting answer={undefined} refusal={sent} />}
      {typeof sent === 'object' && !(sent instanceof Refusal) && done(sent)}
    </div>
  )
}

/** Under a name it is signed; without one its key is the hash of its bytes. */
function Put({ done }: { readonly done: () => void }) {
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const [hours, setHours] = useState('24')
  const [sent, setSent] = useState<Sent<AnswerOf<'putValue'>>>()
  const put = async (event: Event): Promise<void> => {
    event.preventDefault()
    const key = name.trim() === '' ? contentKey(text) : Promise.resolve(name.trim())
    const life = Number(hours) * 3_600
    await send(
      key.then((key) => ask('putValue', { key, text, expires: life })),
      setSent,
    )
    done()
  }
  return (
    <>
      <h2>Put</h2>
      <form class="sheet" onSubmit={(event) => void put(event)}>
        <label>
          Text
          <input required value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <label>
          Name (signed, and replaced by the next of this name; without one the key is its hash)
          <input
            value={name}
            maxLength={128}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          Hours to live, up to seven days
          <input
            {...{ type: 'number', min: 1, max: 168, required: true, value: hours }}
            onInput={(event) => setHours(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={sent === 'waiting'}>
          {sent === 'waiting' ? 'Looking for its holders …' : 'Put it'}
        </button>
      </form>
      <Outcome
        sent={sent}
        done={({ key, holders, quorum, ms }) => (
          <p class="done">
            ✓ Kept under <code>{key}</code> by {several(holders.length, 'node')} ({quorum} had to),
            after {duration(ms)}: {holders.map(nameOf).join(', ')}.
          </p>
        )}
      />
    </>
  )
}

/** The hash is loaded with the first value that needs it. */
async function contentKey(text: string): Promise<string> {
  const { contentKeyOf } = await import('../../src/core/value-key.ts')
  return contentKeyOf(new TextEncoder().encode(text))
}

function Get() {
  const [key, setKey] = useState('')
  const [of, setOf] = useState('')
  const [sent, setSent] = useState<Sent<AnswerOf<'value'>>>()
  const get = async (event: Event): Promise<void> => {
    event.preventDefault()
    const author = of.trim() === '' ? {} : { of: of.trim() }
    await send(ask('value', { key: key.trim(), ...author }), setSent)
  }
  return (
    <>
      <h2>Get</h2>
      <form class="sheet" onSubmit={(event) => void get(event)}>
        <label>
          Key, or the name of a signed value
          <input
            required
            maxLength={256}
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <label>
          Whose, for a name (this node's own unless given)
          <input value={of} onInput={(event) => setOf(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={sent === 'waiting'}>
          {sent === 'waiting' ? 'Asking its holders …' : 'Get it'}
        </button>
      </form>
      <Outcome
        sent={sent}
        done={({ text, base64, author, bytes, expiresAt, agreeing, answered, ms }) => (
          <>
            <p class="done">
              ✓ {amount(bytes)}
              {author === null ? '' : ` of ${nameOf(author)}`}, until {dateTime(expiresAt)};{' '}
              {agreeing} of {answered} that answered had it, after {duration(ms)}.
            </p>
            <pre class="value">{text ?? base64}</pre>
          </>
        )}
      />
    </>
  )
}
