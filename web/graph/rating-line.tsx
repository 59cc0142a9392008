// Ratings over time: a dot for each, and the mean of those that held at that moment as a line.
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { dateTime, decimal } from '../parts/words.ts'

type Rating = AnswerOf<'history'>['ratings'][number]

const width = 640
const height = 180
const left = 44
const foot = 24

/** @param ratings ascending by time */
export function RatingLine({ ratings }: { readonly ratings: readonly Rating[] }) {
  const first = ratings[0]!.time
  const span = Math.max(ratings.at(-1)!.time - first, 1)
  const x = (time: number): number => left + ((time - first) / span) * (width - left - 12)
  const y = (value: number): number => 10 + ((1 - value) / 2) * (height - foot - 14)
  const means = meansOf(ratings)
  const line = means.map(({ time, mean }, i) => `${i === 0 ? 'M' : 'L'}${x(time)} ${y(mean)}`)
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} class="line" role="img" aria-labelledby="line-title">
        <title id="line-title">
          {`${ratings.length} ratings over time; their mean is now ${decimal(means.at(-1)!.mean)}`}
        </title>
        {[-1, 0, 1].map((value) => (
          <g key={value}>
            <line x1={left} x2={width - 8} y1={y(value)} y2={y(value)} class="grid" />
            <text x={left - 8} y={y(value) + 4} text-anchor="end">
              {value}
            </text>
          </g>
        ))}
        <path d={line.join('')} class="mean" />
        {ratings.map(({ hash, time, value }) => (
          <circle key={hash} cx={x(time)} cy={y(value)} r={3.5} class="given" />
        ))}
        <text x={left} y={height - 4}>
          {dateTime(first)}
        </text>
      </svg>
      <figcaption>
        Dots are ratings from −1 to 1 (5 stars are 1), the line is the mean of those that held. The
        table has the values.
      </figcaption>
    </figure>
  )
}

/** After each rating: the mean over the latest of each author, overlay and kind. */
function meansOf(ratings: readonly Rating[]) {
  const held = new Map<string, number>()
  let sum = 0
  return ratings.map(({ author, overlay, kind, value, time }) => {
    const slot = `${author.nodeId}/${overlay}/${kind}`
    sum += value - (held.get(slot) ?? 0)
    held.set(slot, value)
    return { time, mean: sum / held.size }
  })
}
