// A large graph drawn by WebGL: nodes and edges are given whole each time, and what stays keeps its
// place. The layout runs in a worker; with reduced motion only its end is shown.
import Graph from 'graphology'
import Sigma from 'sigma'
import type { NodeHoverDrawingFunction, NodeLabelDrawingFunction } from 'sigma/rendering'
import type { LayoutProgress, LayoutTask } from './layout-worker.ts'
import { onSchemeChange, type Palette, paletteNow, wantsLessMotion } from './palette.ts'

export interface DrawnNode {
  readonly id: string
  readonly label: string
  readonly size: number
  readonly colour: Exclude<keyof Palette, 'ink' | 'edge'>
  /** Its name is always written. */
  readonly isNamed: boolean
}

export interface DrawnEdge {
  readonly from: string
  readonly to: string
}

const stepsOfNew = 300
const stepsOfChanged = 80

interface NodeLook {
  x: number
  y: number
  size: number
  label: string
  color: string
  tone: DrawnNode['colour']
  forceLabel: boolean
}

interface EdgeLook {
  size: number
  color: string
}

export class NetworkDrawing {
  readonly #graph = new Graph<NodeLook, EdgeLook>({ multi: false, type: 'undirected' })
  readonly #sigma: Sigma<NodeLook, EdgeLook>
  readonly #unlisten: () => void
  #worker: Worker | undefined
  #chosen: string | undefined

  /** @throws Error where the browser has no WebGL */
  constructor(box: HTMLElement, choose: (id: string) => void) {
    this.#sigma = new Sigma<NodeLook, EdgeLook>(this.#graph, box, {
      ...{ labelFont: 'system-ui, sans-serif', labelSize: 13, labelWeight: '500' },
      ...{ labelRenderedSizeThreshold: 9, labelDensity: 0.6, hideEdgesOnMove: true },
      ...{ labelColor: { color: paletteNow().ink }, zIndex: false },
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
      nodeReducer: (id, look) => ({ ...look, highlighted: id === this.#chosen }),
      defaultDrawNodeHover: drawHover,
      defaultDrawNodeLabel: drawLabel,
    })
    this.#sigma.on('clickNode', ({ node }) => choose(node))
    // A wheel over the drawing scrolls the page, unless Control is held as for any zoom.
    box.addEventListener('wheel', keepForPage, { capture: true })
    this.#unlisten = onSchemeChange(() => this.#paint())
  }

  show(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): void {
    const isFirst = this.#graph.order === 0
    const changed = this.#keepNodes(nodes)
    const rewired = this.#keepEdges(edges)
    if (changed || rewired) this.#layOut(isFirst ? stepsOfNew : stepsOfChanged)
  }

  /** Marks a node and brings it to the middle; undefined marks none. */
  choose(id: string | undefined): void {
    this.#chosen = id
    this.#sigma.refresh({ skipIndexation: true })
    const place = id === undefined ? undefined : this.#sigma.getNodeDisplayData(id)
    if (place === undefined) return
    const duration = wantsLessMotion() ? 0 : 300
    void this.#sigma.getCamera().animate({ x: place.x, y: place.y }, { duration })
  }

  zoom(by: 'in' | 'out' | 'all'): void {
    const camera = this.#sigma.getCamera()
    const duration = wantsLessMotion() ? 0 : 200
    if (by === 'in') void camera.animatedZoom({ duration })
    if (by === 'out') void camera.animatedUnzoom({ duration })
    if (by === 'all') void camera.animatedReset({ duration })
  }

  close(): void {
    this.#worker?.terminate()
    this.#unlisten()
    this.#sigma.kill()
  }

  #keepNodes(nodes: readonly DrawnNode[]): boolean {
    const wanted = new Set(nodes.map(({ id }) => id))
    const gone = this.#graph.filterNodes((id) => !wanted.has(id))
    for (const id of gone) this.#graph.dropNode(id)
    const palette = paletteNow()
    let changed = gone.length > 0
    for (const { id, label, size, colour, isNamed } of nodes) {
      const look = { label, size, color: palette[colour], tone: colour, forceLabel: isNamed }
      if (this.#graph.hasNode(id)) this.#graph.mergeNodeAttributes(id, look)
      else {
        changed = true
        this.#graph.addNode(id, { ...placeOnRing(id), ...look })
      }
    }
    return changed
  }

  #keepEdges(edges: readonly DrawnEdge[]): boolean {
    const color = paletteNow().edge
    const size = edges.length > 3_000 ? 0.4 : 1
    const before = this.#graph.size
    const wanted = new Set<string>()
    for (const { from, to } of edges) {
      if (from === to || !this.#graph.hasNode(from) || !this.#graph.hasNode(to)) continue
      const key = from < to ? `${from}-${to}` : `${to}-${from}`
      wanted.add(key)
      if (!this.#graph.hasEdge(key)) this.#graph.addEdgeWithKey(key, from, to, { size, color })
    }
    const added = this.#graph.size !== before
    const gone = this.#graph.filterEdges((key) => !wanted.has(key))
    for (const key of gone) this.#graph.dropEdge(key)
    return added || gone.length > 0
  }

  #layOut(steps: number): void {
    this.#worker?.terminate()
    const ids = this.#graph.nodes()
    const places = new Map(ids.map((id, i) => [id, i]))
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    const atOnce = !wantsLessMotion()
    worker.addEventListener('message', ({ data }: MessageEvent<LayoutProgress>) => {
      if (!atOnce && !data.isDone) return
      const { positions } = data
      this.#graph.updateEachNodeAttributes(
        (id, look) => {
          const i = places.get(id)
          return i === undefined
            ? look
            : { ...look, x: positions[2 * i]!, y: positions[2 * i + 1]! }
        },
        { attributes: ['x', 'y'] },
      )
      if (data.isDone) worker.terminate()
    })
    const looks = ids.map((id) => this.#graph.getNodeAttributes(id))
    const task: LayoutTask = {
      positions: Float32Array.from(looks.flatMap(({ x, y }) => [x, y])),
      sizes: Float32Array.from(looks.map(({ size }) => size)),
      edges: Uint32Array.from(
        this.#graph
          .mapEdges((_key, _look, from, to) => [places.get(from)!, places.get(to)!])
          .flat(),
      ),
      steps,
    }
    worker.postMessage(task)
  }

  #paint(): void {
    const palette = paletteNow()
    this.#sigma.setSetting('labelColor', { color: palette.ink })
    this.#graph.updateEachNodeAttributes((_id, look) => ({ ...look, color: palette[look.tone] }))
    this.#graph.updateEachEdgeAttributes((_key, look) => ({ ...look, color: palette.edge }))
  }
}

const keepForPage = (event: WheelEvent): void => {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation()
}

/** A node begins at its position on the ring of keys: the same at every start. */
function placeOnRing(id: string): { readonly x: number; readonly y: number } {
  const turn = (Number.parseInt(id.slice(0, 8), 16) / 2 ** 32) * 2 * Math.PI
  // Neighbours on the ring do not begin on top of each other.
  const radius = 100 + (Number.parseInt(id.slice(8, 12), 16) / 2 ** 16) * 40
  return { x: radius * Math.sin(turn), y: radius * Math.cos(turn) }
}

/** A name with a rim of the ground's colour, legible over lines and dots. */
const drawLabel: NodeLabelDrawingFunction<NodeLook, EdgeLook> = (context, node, settings) => {
  if (typeof node.label !== 'string') return
  context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`
  context.lineJoin = 'round'
  context.lineWidth = 4
  context.strokeStyle = getComputedStyle(document.body).backgroundColor
  context.strokeText(node.label, node.x + node.size + 4, node.y + 4.5)
  context.fillStyle = paletteNow().ink
  context.fillText(node.label, node.x + node.size + 4, node.y + 4.5)
}

/** The chosen node and the one under the pointer: a ring and the name on a plate, legible in both schemes. */
const drawHover: NodeHoverDrawingFunction<NodeLook, EdgeLook> = (context, node, settings) => {
  const { ink } = paletteNow()
  const ground = getComputedStyle(document.body).backgroundColor
  context.beginPath()
  context.arc(node.x, node.y, node.size + 4, 0, 2 * Math.PI)
  context.lineWidth = 2.5
  context.strokeStyle = ink
  context.stroke()
  if (typeof node.label !== 'string') return
  context.font = `600 ${settings.labelSize}px ${settings.labelFont}`
  const width = context.measureText(node.label).width + 12
  const left = node.x + node.size + 8
  context.fillStyle = ground
  context.strokeStyle = ink
  context.lineWidth = 1
  context.fillRect(left, node.y - 12, width, 24)
  context.strokeRect(left, node.y - 12, width, 24)
  context.fillStyle = ink
  context.fillText(node.label, left + 6, node.y + 4.5)
}
