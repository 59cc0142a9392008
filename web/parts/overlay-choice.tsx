// Chooses one of the node's overlays, or all of them together.
import { useAnswer } from '../live/hooks.ts'

interface OverlayChoiceProps {
  readonly value: string
  readonly choose: (overlay: string) => void
  /** Offers `aggregate` too. */
  readonly withAggregate?: boolean
}

/** The value that means all overlays together; no overlay may be called that, since names have no blank. */
export const aggregate = 'all together'

export function OverlayChoice({ value, choose, withAggregate = false }: OverlayChoiceProps) {
  const { answer } = useAnswer('status', {})
  const names = answer?.overlays.map(({ name }) => name) ?? []
  return (
    <label>
      Overlay{' '}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        {withAggregate && <option value={aggregate}>{aggregate}</option>}
      </select>
    </label>
  )
}
