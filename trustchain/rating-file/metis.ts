// metis: an undirected graph by adjacency (METIS manual; DIMACS challenge files). The header says
// `nodes edges [format]`; line i after it lists the neighbours of node i, so an empty line is a node
// without any. `%` comments. Every edge stands on both its nodes' lines and has the given weight.
import { idsPerFileMax } from '../../src/core/limits.ts'
import { badLine, type Line } from './bad-line.ts'
import type { LineParser, ParserOptions } from './line-parser.ts'
import { defaultOverlay, type RatingTable } from './rating-table.ts'

interface Header {
  readonly nodes: number
  readonly edges: number
}

const wholeNumber = /^\d{1,12}$/

export function metisParser(table: RatingTable, { weight }: ParserOptions): LineParser {
  let header: Header | undefined
  let node = 0
  let neighbours = 0
  return {
    take(line) {
      if (line.text.startsWith('%')) return
      const text = line.text.trim()
      if (header === undefined) {
        header = headerOf(line, text)
        return
      }
      if (node === header.nodes) {
        if (text === '') return
        throw badLine(
          line,
          `The header says ${header.nodes} nodes, and here is one more: mend the header.`,
        )
      }
      node++
      if (text === '') return
      for (const neighbour of text.split(/[ \t]+/)) {
        if (
          !wholeNumber.test(neighbour) ||
          Number(neighbour) < 1 ||
          Number(neighbour) > header.nodes
        )
          throw badLine(
            { ...line, text: neighbour },
            `A neighbour of node ${node} is not a number from 1 to ${header.nodes}: mend it, or the header.`,
          )
        neighbours++
        table.add(line, String(node), String(Number(neighbour)), weight, defaultOverlay)
      }
    },
    end(last) {
      if (header === undefined)
        throw badLine(last, 'The header is missing: write "nodes edges" first.')
      if (node < header.nodes)
        throw badLine(
          last,
          `The header says ${header.nodes} nodes, and ${node} have a line: the file is cut off, or mend the header.`,
        )
      if (neighbours !== 2 * header.edges)
        throw badLine(
          last,
          `The header says ${header.edges} edges, which is ${2 * header.edges} neighbours, and there are ${neighbours}: mend the header.`,
        )
    },
  }
}

function headerOf(line: Line, text: string): Header {
  const [nodes = '', edges = '', format = '0', ...more] = text.split(/[ \t]+/, 5)
  if (!wholeNumber.test(nodes) || !wholeNumber.test(edges))
    throw badLine(
      line,
      'The first line is not "nodes edges": write both numbers, or check --format.',
    )
  if (!/^0+$/.test(format) || more.length > 0)
    throw badLine(
      line,
      'The graph has weights, which are not read here: remove them and their flag.',
    )
  if (Number(nodes) > idsPerFileMax)
    throw badLine(line, `The file has more than ${idsPerFileMax} nodes: split it.`)
  return { nodes: Number(nodes), edges: Number(edges) }
}
