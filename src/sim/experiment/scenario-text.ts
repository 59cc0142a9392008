// A plan as YAML with every default written out: what `experiment show` prints and what lies beside
// results. Reading the text again gives the same plan.
import { Document, isMap, isSeq, type Node, visit } from 'yaml'
import type { Plan } from './scenario.ts'

/** A line of a mapping that stays on one line; longer ones are written one field a line. */
const lineMax = 100

export function scenarioText({ title, about, scenario, seeds, sweep }: Plan): string {
  const { name, graph, ratings, ids, routers, attack, workload, engine, metrics, seed } = scenario
  const whole = {
    ...{ name, title, about, graph, ratings, ids, routers, attack },
    ...{ workload, engine, metrics, seed, seeds, sweep },
  }
  // undefined is "not given": it is not written.
  const document = new Document(JSON.parse(JSON.stringify(whole)))
  document.commentBefore = ` ${name}: every default written out.`
  // Small mappings and lists of values read best on one line.
  visit(document, {
    Collection(_, node, path) {
      if (path.length < 2 || !(isMap(node) || isSeq(node))) return
      if (JSON.stringify(node).length <= lineMax - 20 && isPlain(node)) node.flow = true
    },
  })
  return document.toString({ lineWidth: lineMax, flowCollectionPadding: true })
}

/** Nothing nested inside. */
const isPlain = (node: Node): boolean =>
  isMap(node)
    ? node.items.every(({ value }) => !isMap(value) && !isSeq(value))
    : isSeq(node) && node.items.every((item) => !isMap(item) && !isSeq(item))
