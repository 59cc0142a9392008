// A trust graph in Graphviz' language: `trustnet trust graph --format dot | dot -Tpng`.
import type { TrustGraphView } from '../../src/api/service.ts'
import { decimal, nameOf } from './words.ts'

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

export function dotOf(graph: TrustGraphView): string {
  const node = (id: string, label: string, look: string): string =>
    `  ${quoted(id)} [label=${quoted(label)}${look}];`
  return [
    `digraph trust {`,
    `  graph [label=${quoted(`trust from ${nameOf(graph.root)}, ${graph.overlay ?? 'sum of overlays'}`)}];`,
    `  node [shape=box, style=rounded, fontname="sans-serif"];`,
    node(graph.root.nodeId, nameOf(graph.root), ', penwidth=2'),
    ...graph.nodes.map((trusted) =>
      node(
        trusted.nodeId,
        `${nameOf(trusted)} ${decimal(trusted.trust)}`,
        trusted.expanded === true ? ', color="#2a7f4f"' : '',
      ),
    ),
    ...graph.vetoed.map((barred) =>
      node(barred.nodeId, `${nameOf(barred)} ${decimal(barred.trust)}`, ', color="#b3261e"'),
    ),
    ...graph.edges.map(
      ({ from, to, value }) =>
        `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(decimal(value))}${value < 0 ? ', style=dashed, color="#b3261e"' : ''}];`,
    ),
    '}',
  ].join('\n')
}
