// What a router is called in plots and tables: its name, and those options in which it departs from
// most routers of its name, so that a legend stays short and no two entries read alike.
import type { RouterSpec, RunSpec } from '../scenario.ts'

type Placed = Pick<RunSpec, 'router' | 'params'>

/** One label each, in the order given. Routers of one point of the sweep are told apart. */
export function routerLabels(routers: readonly Placed[]): readonly string[] {
  const groups = new Map<string, RouterSpec[]>()
  const keyOf = ({ router, params }: Placed): string => JSON.stringify([router.name, params])
  for (const placed of routers) {
    const group = groups.get(keyOf(placed)) ?? []
    if (group.length === 0) groups.set(keyOf(placed), group)
    group.push(placed.router)
  }
  return routers.map((placed) => {
    const { router } = placed
    const options = departures(router, groups.get(keyOf(placed))!)
    return [shownName(router.name), ...options.map((o) => optionText(o, router[o]))].join(', ')
  })
}

/** A router of the user's own is named by its file: './mine/greedy.js' reads as 'greedy'. */
const shownName = (name: string): string =>
  /^\.{0,2}\//.test(name) ? name.replace(/^.*\//, '').replace(/\.[cm]?[jt]s$/, '') : name

/** Options whose value more than half of the namesakes do not have. */
function departures(router: RouterSpec, namesakes: readonly RouterSpec[]): readonly string[] {
  const names = [...new Set(namesakes.flatMap((other) => Object.keys(other)))].sort()
  return names.filter((option) => {
    const own = JSON.stringify(router[option])
    const alike = namesakes.filter((other) => JSON.stringify(other[option]) === own)
    return option !== 'name' && alike.length * 2 <= namesakes.length
  })
}

/** 'routes 16', 'uncapped', 'not adaptive', 'walk {"length":3}'. */
function optionText(option: string, value: unknown): string {
  const words = option.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`)
  if (value === true) return words
  if (value === false || value === undefined) return `not ${words}`
  return `${words} ${typeof value === 'string' ? value : JSON.stringify(value)}`
}
