// Metrics that every run has where they say something: how well people's ratings tell enemies from
// friends, what the people on the edge of the graph get, and how an attack that changes unfolds.
import type { Metric } from './metric.ts'
import { partsOf } from './registry.ts'
import { honest, isHonest, type World } from './world.ts'

/** Share of `part` in `whole`; 0 of nothing. */
const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** How far honest people's own ratings are wrong about others. */
const distrust: Metric = {
  name: 'distrust',
  about: 'honest people rated negative by honest ones, and enemies rated positive by them',
  begin({ world }) {
    if (world.kinds.every((kind) => kind === honest)) return undefined
    const { wrongly, friends, trusted, enemies } = judgements(world)
    return {
      figures: () => ({
        distrustFalsePositives: shareOf(wrongly, friends),
        distrustFalseNegatives: shareOf(trusted, enemies),
      }),
    }
  },
}

/** Counts of the ratings that honest people gave. */
function judgements({ ratings, kinds }: World) {
  let [wrongly, friends, trusted, enemies] = [0, 0, 0, 0]
  ratings.forEach((author, subject, value) => {
    if (kinds[author] !== honest) return
    if (kinds[subject] === honest) {
      friends++
      if (value < 0) wrongly++
    } else {
      enemies++
      if (value > 0) trusted++
    }
  })
  return { wrongly, friends, trusted, enemies }
}

/** Those who rated nobody, or whom nobody rated: trust cannot reach them, or they cannot reach by it. */
const isolated: Metric = {
  name: 'isolated',
  about: 'success of lookups by people who trust nobody honest or whom nobody honest trusts',
  begin({ world }) {
    const gives = new Uint8Array(world.size)
    const gets = new Uint8Array(world.size)
    world.ratings.forEach((author, subject, value) => {
      if (value <= 0 || !isHonest(world, author) || !isHonest(world, subject)) return
      gives[author] = 1
      gets[subject] = 1
    })
    let people = 0
    let alone = 0
    for (let node = 0; node < world.people; node++) {
      if (!isHonest(world, node)) continue
      people++
      alone += 1 - (gives[node]! & gets[node]!)
    }
    if (alone === 0) return undefined
    let lookups = 0
    let delivered = 0
    return {
      lookup(origin, _key, _number, _trueRoot, outcome) {
        if ((gives[origin]! & gets[origin]!) === 1) return
        lookups++
        if (outcome.ending === 'delivered') delivered++
      },
      figures: () => ({
        isolatedPeople: shareOf(alone, people),
        ...(lookups === 0 ? {} : { isolatedSuccess: delivered / lookups }),
      }),
    }
  },
}

const tenths = 10

/** Success in each tenth of the lookups, where the attack changes while they run. */
const overTime: Metric = {
  name: 'over-time',
  about: 'success tenth by tenth of the run, under attacks that start late or ramp up',
  begin({ scenario: { attack, workload } }) {
    const changes = partsOf(attack).some(({ from, ramp }) => Number(from) > 0 || Number(ramp) > 0)
    if (!changes) return undefined
    const lookups = new Float64Array(tenths)
    const delivered = new Float64Array(tenths)
    return {
      lookup(_origin, _key, number, _trueRoot, outcome) {
        const tenth = Math.floor((number * tenths) / workload.lookups)
        lookups[tenth]!++
        if (outcome.ending === 'delivered') delivered[tenth]!++
      },
      figures: () =>
        Object.fromEntries(
          [...lookups].flatMap((count, i) =>
            count === 0 ? [] : [[`successOfTenth${i + 1}`, delivered[i]! / count]],
          ),
        ),
    }
  },
}

export const shippedMetrics: readonly Metric[] = [distrust, isolated, overTime]
