// A devnet with adversaries, as a real process for tests, and `experiment live` over it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { LiveAnswer } from '../../cli/experiment/live/run-live.ts'
import { endOf, type Ran } from '../cli/terminal.ts'
import type { LiveNetwork } from './harness.ts'

export interface AttackedDevnet {
  readonly nodes: readonly {
    readonly nodeId: string
    readonly home: string
    readonly adversary?: string
  }[]
  /** Ends all its processes. */
  stop(): Promise<Ran>
}

/** Brings a devnet up and waits until it is ready. */
export async function attackedDevnet(
  network: LiveNetwork,
  ...args: readonly string[]
): Promise<AttackedDevnet> {
  const child = network.start(['devnet', 'up', '--json', ...args])
  const ended = endOf(child)
  const nodes = await new Promise<AttackedDevnet['nodes']>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as { event: string; nodes: AttackedDevnet['nodes'] }
      if (event.event === 'ready') resolve(event.nodes)
    })
    void ended.then(({ out, err }) => reject(new Error(`it ended: ${out} ${err}`)))
  })
  const stop = (): Promise<Ran> => {
    child.kill('SIGTERM')
    return ended
  }
  return { nodes, stop }
}

/** Measures so many uniform lookups over the devnet that runs. */
export async function measured(
  network: LiveNetwork,
  router: object,
  lookups: number,
  /** At a time. */
  atATime = 8,
): Promise<{ readonly ran: Ran; readonly answer: LiveAnswer }> {
  const scenario = join(network.folder, 'live.json')
  const graph = { kind: 'complete', nodes: 4 }
  const routers = [router]
  await writeFile(scenario, JSON.stringify({ graph, routers, workload: { lookups }, seed: 4 }))
  const at = String(atATime)
  const ran = await network.run('experiment', 'live', scenario, '--at', at, '--json')
  return { ran, answer: ran.json as unknown as LiveAnswer }
}

/** Share of the lookups that reached the honest root, in percent. */
export const successOf = ({ endings, lookups }: LiveAnswer['live']): number =>
  (100 * (endings.delivered ?? 0)) / lookups
