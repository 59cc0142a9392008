// The live status screen of a devnet on a terminal: a line a node, the last routes, the commands to
// try. Redraws in place once a second; off a terminal the command prints JSON lines instead.
import type { Devnet, DevnetEvent, DevnetNodeView, RouteEvent } from './devnet.ts'

const redrawEveryMs = 1_000
const routesShown = 5

export class Screen {
  readonly #routes: RouteEvent[] = []
  readonly #colour = process.env.NO_COLOR === undefined || process.env.NO_COLOR === ''
  #nodes: readonly DevnetNodeView[] = []
  #timer: NodeJS.Timeout | undefined
  #drawn = 0

  /** Takes note of an event; before the network is ready events are lines of their own. */
  show(event: DevnetEvent): void {
    switch (event.event) {
      case 'starting':
        return this.#line(`starting ${event.nodes} nodes in ${event.folder}`)
      case 'started':
        return this.#line(`${event.name} is up: ${event.nodeId}`)
      case 'joined':
        return this.#line(`all ${event.nodes} joined after ${event.seconds} s`)
      case 'rated':
        return this.#line(`${event.ratings} ratings are on every node`)
      case 'ready':
        this.#nodes = event.nodes
        return this.#line(`ready after ${event.seconds} s`)
      case 'route':
        this.#routes.unshift(event)
        this.#routes.length = Math.min(this.#routes.length, routesShown)
        return
      case 'height':
        return
      case 'ended':
        return this.#line(`${event.name} has ended`)
      case 'summary':
        return this.#line(
          `${event.delivered} of ${event.routes} routes delivered in ${event.seconds} s${event.height === null ? '' : `, ${event.height} blocks`}; all nodes are stopped`,
        )
    }
  }

  /** Begins to redraw. */
  watch(devnet: Devnet): void {
    const redraw = (): void => void this.#draw(devnet).catch(() => {})
    redraw()
    this.#timer = setInterval(redraw, redrawEveryMs)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#drawn = 0
  }

  #line(text: string): void {
    this.#drawn = 0
    process.stdout.write(`${text}\n`)
  }

  async #draw(devnet: Devnet): Promise<void> {
    const rows = await Promise.all(
      devnet.children.map(async ({ name, api, started }) => {
        const status = await api.status().catch(() => undefined)
        if (status === undefined) return `${name.padEnd(4)} ${started.nodeId.slice(0, 12)}  gone`
        const { peers, ratings, memoryBytes, height } = status
        return [
          name.padEnd(4),
          started.nodeId.slice(0, 12),
          `links ${String(peers.connected).padStart(3)}`,
          `leaves ${String(peers.leaves).padStart(3)}`,
          `ratings ${String(ratings.held).padStart(4)}`,
          ...(height === null ? [] : [`block ${String(height).padStart(6)}`]),
          `${Math.round(memoryBytes / 2 ** 20)} MiB`,
        ].join('  ')
      }),
    )
    if (this.#timer === undefined || devnet.isStopping) return
    const routes = this.#routes.map(
      ({ from, key, hops, ms }) =>
        `  ${key.slice(0, 8)}… ${[from, ...hops.map(({ to, by, trust }) => `${to} (${by}${trust > 0 ? ` ${trust}` : ''})`)].join(' → ')}  ${Math.round(ms)} ms`,
    )
    const invite = this.#nodes[0]?.invite ?? ''
    const lines = [
      this.#bold('trustnet devnet'),
      ...rows,
      '',
      this.#bold('routes'),
      ...routes,
      ...Array<string>(routesShown - routes.length).fill(''),
      '',
      this.#bold('in a second terminal'),
      '  npx trustnet trust set n2 0.5 --wait',
      '  npx trustnet rate n2 4.5 --wait',
      '  npx trustnet status',
      '  npx trustnet route inspect',
      `  npx trustnet node start --overlay social --home ./friend --join ${invite}`,
      '',
      'Ctrl-C ends it.',
    ]
    const up = this.#drawn === 0 ? '\n' : `\u001b[${this.#drawn}A`
    process.stdout.write(`${up}${lines.map((line) => `\u001b[2K${line}`).join('\n')}\n`)
    // A line longer than the terminal takes several rows.
    const width = process.stdout.columns || 80
    this.#drawn = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0)
  }

  #bold(text: string): string {
    return this.#colour ? `\u001b[1m${text}\u001b[0m` : text
  }
}
